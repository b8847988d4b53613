import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { Deal, MarketParameters, ProviderSheet } from '../../../node/core/market/deal.js';
import type { MarketIdentity } from '../../../node/core/keys/market-identity.js';
import { blockNumber, type Address, type BlockNumber, type GasWei, type Hash, type Period, type Wei } from '../../../node/core/units.js';
import type { Settlement } from '../../../node/ports/settlement.js';
import { devnetParameters } from './market-parameters.js';
import { GAS_PRICE, MemoryChain, type Inclusion } from './chain.js';
import { recordSeed } from './audits.js';
import { bondOf } from './challenges.js';
import { endedGeneration, settle } from './deals.js';
import { createIntentions } from './intentions.js';
import { rewardOf } from './rewards.js';
import { decidedOf, frozenNow, lockedOf, missesThrough, providerNow } from './stakes.js';
import { add, dealOf, timeOf, totalOf, ZERO_ADDRESS, type DealState, type MarketCall, type ProviderState } from './state.js';

export interface MemoryLedgerOptions {
  /** See {@link MemoryChainOptions}. */
  readonly now?: (() => number) | undefined;
  readonly parameters?: Partial<MarketParameters>;
  readonly chainId?: bigint;
}

/** A market in memory, shared by all accounts that act on it. */
export interface MemoryLedger {
  readonly identity: MarketIdentity;
  readonly parameters: MarketParameters;
  /** When submitted actions are mined; `instant` at first. */
  inclusion: Inclusion;
  readonly block: BlockNumber;
  readonly period: Period;
  /** Blocks since the first of the current period. */
  readonly offset: number;
  as(account: Address): Settlement;
  /** Gives an account tokens (wei) and coin for gas, and lets the vault take its tokens. */
  fund(account: Address, tokens: bigint): void;
  mine(blocks?: number): void;
  /** Mines up to block `offset` of `period`, which must not be past. */
  mineTo(period: number, offset?: number): void;
  /** Replaces the last `depth` blocks by `depth + 1` empty ones with other hashes; transactions in them are gone. */
  reorganize(depth: number): void;
}

const COIN = 10n ** 21n;

const viewDeal = (call: MarketCall, { signerSince, previousSigner, ...deal }: DealState): Deal => {
  const provider = call.state.providers.get(deal.provider) as ProviderState;
  const ended = endedGeneration(provider, { ...deal, signerSince, previousSigner });
  const defaulted = deal.weight > 0n && deal.generation !== providerNow(call, provider).generation;
  return defaulted ? { ...deal, defaulted: { period: (ended?.period ?? 0) as Period, share: (ended?.share ?? 0n) as Wei } } : deal;
};

const viewProvider = (call: MarketCall, account: ProviderState, now = providerNow(call, account)): ProviderSheet => ({
  provider: account.provider,
  operator: account.operator,
  peerId: account.peerId,
  addresses: account.addresses,
  ask: account.ask,
  stake: account.stake as Wei,
  locked: lockedOf(call, now) as Wei,
  lockLimit: now.lockLimit as Wei,
  credit: (call.state.credits.get(account.provider) ?? 0n) as Wei,
  total: totalOf(call.state, account),
  lastProven: account.lastProven as Period,
  syncedThrough: account.syncedThrough as Period,
  generation: account.generation,
  decided: decidedOf(call, now) as Period,
  frozen: frozenNow(call, now),
  slots: now.slots.length,
});

/** Memory twin of the chain client: the market's rules R1 to R8, acted on by `account`. */
const settlementOn = (chain: MemoryChain, account: Address): Settlement => {
  const { identity, parameters, genesisBlock } = chain.options;
  const view = (): MarketCall => chain.view(account);
  const wanted = createIntentions();
  const inHand = new Set<Promise<unknown>>();
  let closed = false;

  const settlement: Settlement = {
    account,
    source: 'the memory market',
    identity,
    parameters,
    genesisBlock,
    get agreed() {
      return settlement;
    },
    head: async () => {
      const { block, hash, timestamp } = chain.head;
      return { block, hash, timestamp };
    },
    async *heads(signal) {
      while (!signal.aborted) {
        const head = await settlement.head();
        yield head;
        await chain.nextHead(head.hash, signal);
      }
    },
    blockHash: async (block) => chain.block(block)?.hash,
    blockTime: async (block) => chain.block(block)?.timestamp,
    provider: async (provider) => {
      const found = view().state.providers.get(provider);
      return found && viewProvider(view(), found);
    },
    providerRecords: async () =>
      Array.from(view().state.providers.values(), ({ provider, operator, peerId, addresses, ask }) => ({
        ...{ provider, operator, peerId, addresses, ask },
      })),
    providerSheets: async (providers) => Promise.all(providers.map((provider) => settlement.provider(provider))),
    deal: async (id) => {
      const found = view().state.deals.get(id);
      return found && viewDeal(view(), found);
    },
    deals: async (ids) => Promise.all(ids.map((id) => settlement.deal(id))),
    dealsNow: async (ids) => {
      const call = { ...view(), state: structuredClone(view().state) };
      return ids.map((id) => {
        const found = call.state.deals.get(id);
        if (found && found.status !== 'closed') settle(call, id);
        return found && viewDeal(call, found);
      });
    },
    treeOf: async (provider) => {
      const call = view();
      const account = call.state.providers.get(provider);
      const slots = account === undefined ? [] : providerNow(call, account).slots;
      return slots.filter((id) => id !== undefined).map((id) => viewDeal(call, call.state.deals.get(id) as DealState));
    },
    dealIdsOf: async (side, party) => [...view().state.deals.values()].filter((deal) => deal[side] === party).map(({ id }) => id),
    namedDealIdsOf: async (side, party) => [...view().state.deals.values()].filter((deal) => deal[side] === party).map(({ id }) => id),
    challengeOf: async (id) => view().state.challenges.get(id),
    bondOf: async (id) => bondOf(view(), dealOf(view(), id)),
    missesThrough: async (provider, period) => missesThrough(view().state, provider, period),
    seed: async (period) => recordSeed({ ...view(), state: structuredClone(view().state) }, period),
    rewards: async (provider, epochs) => epochs.map((epoch) => rewardOf(view(), epoch, provider) as Wei),
    balances: async (owner) => {
      const { coins, tokens, credits, allowances } = view().state;
      return {
        coin: (coins.get(owner) ?? 0n) as GasWei,
        token: (tokens.get(owner) ?? 0n) as Wei,
        credit: (credits.get(owner) ?? 0n) as Wei,
        allowance: (allowances.get(owner) ?? 0n) as Wei,
      };
    },
    events: async (from, to) => chain.events(from, to),
    submit: async (action, options = {}) => {
      if (closed) throw new HoldfastError('ABORTED', { what: `the transaction "${action.kind}"` });
      options.signal?.throwIfAborted();
      const known = wanted.known(action, options);
      if (known !== undefined) return known;
      const receipt = chain.submit(account, action, options);
      wanted.note(action, options, receipt);
      inHand.add(receipt);
      return receipt.finally(() => inHand.delete(receipt));
    },
    foreign: async () => 0,
    feeCap: async () => GAS_PRICE as GasWei,
    close: async () => {
      closed = true;
      await Promise.allSettled(inHand);
    },
  };
  return settlement;
};

/** A market in memory, at its genesis, with no accounts. */
export const createMemoryLedger = (options: MemoryLedgerOptions = {}): MemoryLedger => {
  const genesisBlock = blockNumber(10);
  const identity: MarketIdentity = {
    chainId: options.chainId ?? 31_337n,
    market: '0x00000000000000000000000000000000000a3a27' as Address,
    deploymentHash: `0x${'d1'.repeat(32)}` as Hash,
  };
  const parameters = { ...devnetParameters, ...options.parameters };
  const chain = new MemoryChain({ identity, parameters, genesisBlock, now: options.now });
  const now = (): { period: number; offset: number } => timeOf(chain.view(ZERO_ADDRESS));
  const ledger: MemoryLedger = {
    identity,
    parameters,
    get inclusion() {
      return chain.inclusion;
    },
    set inclusion(inclusion) {
      chain.inclusion = inclusion;
    },
    get block() {
      return chain.head.block;
    },
    get period() {
      return now().period as Period;
    },
    get offset() {
      return now().offset;
    },
    as: (account) => settlementOn(chain, account),
    fund: (account, tokens) =>
      chain.endow((state) => {
        add(state.tokens, account, tokens);
        add(state.coins, account, COIN);
        add(state.allowances, account, tokens);
      }),
    mine: (blocks = 1) => chain.mine(blocks),
    mineTo: (period, offset = 0) => {
      const target = genesisBlock + (period - 1) * parameters.periodBlocks + offset;
      if (target < chain.head.block) throw new RangeError(`block ${target} is past: the head is ${chain.head.block}`);
      chain.mine(target - chain.head.block);
    },
    reorganize: (depth) => chain.reorganize(depth),
  };
  return ledger;
};
