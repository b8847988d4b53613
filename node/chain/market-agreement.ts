import type { MarketParameters } from '../core/deal.js';
import { HoldfastError } from '../core/errors.js';
import { blockNumber, type BlockNumber } from '../core/units.js';
import type { SettlementReader } from '../ports/settlement.js';
import { connectMarket, type MarketBook, type MarketContracts } from './market-contracts.js';
import { parametersFrom } from './market-records.js';
import type { Rpc } from './rpc.js';

/** What never changes in a market and everything is reckoned with. */
export interface MarketRules {
  readonly parameters: MarketParameters;
  readonly genesisBlock: BlockNumber;
}

export const readRules = async (rpc: Rpc, { market }: MarketContracts, signal?: AbortSignal): Promise<MarketRules> => {
  const [parameters, genesis] = await rpc.read(async () => Promise.all([market.parameters(), market.genesisBlock()]), signal);
  return { parameters: parametersFrom(parameters), genesisBlock: blockNumber(Number(genesis)) };
};

interface Told {
  readonly addresses: MarketContracts['addresses'];
  readonly rules: MarketRules;
}

const factsOf = ({ addresses, rules }: Told): Map<string, string> =>
  new Map(
    Object.entries({ ...addresses, ...rules.parameters, genesisBlock: rules.genesisBlock }).map(([name, value]) => [name, String(value)]),
  );

/**
 * A check, done once, that the RPCs that must agree do so on contracts and parameters as one of them told them at the start: one
 * that lies about the vault would be given an allowance. DEPLOYMENT_MISMATCH, and what `Rpc.agreed` rejects with.
 */
export const agreementOnMarket = (rpc: Rpc, book: MarketBook, told: Told): ((signal?: AbortSignal) => Promise<void>) => {
  let done = rpc.agreed === rpc;
  return async (signal) => {
    if (done) return;
    const contracts = await connectMarket(rpc.agreed, book, signal);
    const rules = await readRules(rpc.agreed, contracts, signal);
    const [before, now] = [told, { addresses: contracts.addresses, rules }].map(factsOf);
    for (const [what, expected] of before ?? [])
      if (now?.get(what) !== expected)
        throw new HoldfastError('DEPLOYMENT_MISMATCH', { what: `${what} of the market`, expected, found: now?.get(what) ?? 'unknown' });
    done = true;
  };
};

/** `reader`, whose reads begin with `ready`. */
export const onceAgreed = (reader: Omit<SettlementReader, 'agreed'>, ready: (signal?: AbortSignal) => Promise<void>): SettlementReader => {
  const agreed: SettlementReader = {
    ...reader,
    get agreed() {
      return agreed;
    },
    head: async (signal) => ready(signal).then(async () => reader.head(signal)),
    blockHash: async (block, signal) => ready(signal).then(async () => reader.blockHash(block, signal)),
    provider: async (provider, signal) => ready(signal).then(async () => reader.provider(provider, signal)),
    providerSheets: async (accounts, signal) => ready(signal).then(async () => reader.providerSheets(accounts, signal)),
    deal: async (id, signal) => ready(signal).then(async () => reader.deal(id, signal)),
    deals: async (ids, signal) => ready(signal).then(async () => reader.deals(ids, signal)),
    treeOf: async (provider, signal) => ready(signal).then(async () => reader.treeOf(provider, signal)),
    missesThrough: async (provider, period, signal) => ready(signal).then(async () => reader.missesThrough(provider, period, signal)),
    seed: async (period, signal) => ready(signal).then(async () => reader.seed(period, signal)),
    balances: async (account, signal) => ready(signal).then(async () => reader.balances(account, signal)),
    events: async (from, to, signal) => ready(signal).then(async () => reader.events(from, to, signal)),
  };
  return agreed;
};
