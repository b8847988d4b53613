import type { ChainHead } from '../core/market/deal.js';
import { pause } from '../core/tasks/waiting.js';
import { blockNumber, gasWei, hash, wei, type BlockNumber, type DealId, type Period } from '../core/units.js';
import type { MarketEvent, SettlementReader } from '../ports/settlement.js';
import type { DealSheetStructOutput } from './contracts/interfaces/IMarketView.js';
import { createRangeWidth, readBlockHash, readBlockTime, readHead } from './index/log-source.js';
import { readWholeLogs } from './index/whole-logs.js';
import type { MarketContracts } from './market/contracts.js';
import { eventDecoder } from './market/events.js';
import { challengeFrom, dealFrom, providerFrom } from './market/records.js';
import { callForSheets } from './market/sheet-pages.js';
import type { Rpc } from './rpc/rpc.js';

/** A market's contracts, and the RPC that they are behind. */
interface Connection {
  readonly rpc: Rpc;
  readonly contracts: MarketContracts;
}

const readsOf = (
  parts: Connection,
  pageSize: number,
): Pick<SettlementReader, 'provider' | 'providerSheets' | 'deal' | 'deals' | 'dealsNow' | 'treeOf'> => {
  const { rpc, contracts } = parts;
  const { view } = contracts;
  type DealSheets = (page: DealId[], at: { readonly blockTag: BlockNumber }) => Promise<DealSheetStructOutput[]>;
  const dealsBy =
    (ask: DealSheets): SettlementReader['deals'] =>
    async (ids, signal) => {
      const { block: blockTag } = await readHead(rpc, signal);
      const found = [];
      for (let from = 0; from < ids.length; from += pageSize) {
        const page = ids.slice(from, from + pageSize);
        found.push(...(await rpc.read(async () => ask(page, { blockTag }), signal)));
      }
      return found.map(dealFrom);
    };
  const deals = dealsBy(async (page, at) => view.deals(page, at));
  const provider: SettlementReader['provider'] = async (account, signal) =>
    providerFrom(await rpc.read(async () => view.getFunction('provider')(account), signal));

  return {
    provider,
    providerSheets: async (accounts, signal) => {
      // One page is of one block anyway.
      const block = accounts.length > pageSize ? (await readHead(rpc, signal)).block : undefined;
      const sheets = [];
      for (let from = 0; from < accounts.length; from += pageSize) {
        const data = view.interface.encodeFunctionData('providerSheets', [accounts.slice(from, from + pageSize)]);
        sheets.push(...(await rpc.read(async () => callForSheets(rpc, contracts, data, block), signal)));
      }
      return sheets;
    },
    deal: async (id, signal) => (await deals([id], signal))[0],
    deals,
    dealsNow: dealsBy(async (page, at) => view.dealsNow.staticCall(page, at)),
    treeOf: async (account, signal) => {
      const { block } = await readHead(rpc, signal);
      const sheet = await rpc.read(async () => view.getFunction('provider')(account, { blockTag: block }), signal);
      const { generation } = sheet.account;
      const found = [];
      for (let from = 0; from < Number(sheet.slots); from += pageSize) {
        found.push(...(await rpc.read(async () => view.dealsOf(account, generation, from, pageSize, { blockTag: block }), signal)));
      }
      return found.map(dealFrom).filter((deal) => deal !== undefined);
    },
  };
};

/** Everything that is read of the chain as it is. */
export const chainReads = (
  { rpc, contracts }: Connection,
  { pageSize, rangeBlocks }: { readonly pageSize: number; readonly rangeBlocks: number },
): Omit<
  SettlementReader,
  'source' | 'identity' | 'parameters' | 'genesisBlock' | 'providerRecords' | 'dealIdsOf' | 'namedDealIdsOf' | 'agreed'
> => {
  const { market, rewardPool, token, addresses } = contracts;
  const decode = eventDecoder(contracts);
  const head: SettlementReader['head'] = async (signal) => readHead(rpc, signal);
  return {
    head,
    heads: (until) => headsOf(rpc, until),
    blockHash: async (block, signal) => readBlockHash(rpc, block, signal),
    blockTime: async (block, signal) => readBlockTime(rpc, block, signal),
    ...readsOf({ rpc, contracts }, pageSize),
    challengeOf: async (deal, signal) => challengeFrom(await rpc.read(async () => market.challengeOf(deal), signal)),
    bondOf: async (deal, signal) => wei(await rpc.read(async () => market.bondOf(deal), signal)),
    missesThrough: async (account, through: Period, signal) =>
      Number(await rpc.read(async () => market.missesThrough(account, through), signal)),
    seed: async (of: Period, signal) => hash(await rpc.read(async () => market.seedOf(of), signal)),
    rewards: async (account, epochs, signal) => {
      const { block: blockTag } = await head(signal);
      const owed = async (): Promise<bigint[]> => Promise.all(epochs.map((epoch) => rewardPool.rewardOf(epoch, account, { blockTag })));
      return (await rpc.read(owed, signal)).map(wei);
    },
    balances: async (account, signal) => {
      const { block: blockTag } = await head(signal);
      const [coin, tokens, credit, allowance] = await rpc.read(
        async () =>
          Promise.all([
            rpc.provider.getBalance(account, blockTag),
            token.balanceOf(account, { blockTag }),
            market.credits(account, { blockTag }),
            token.allowance(account, addresses.vault, { blockTag }),
          ]),
        signal,
      );
      return { coin: gasWei(coin), token: wei(tokens), credit: wei(credit), allowance: wei(allowance) };
    },
    events: async (from, to, signal) => {
      const last = Math.min(to, (await head(signal)).block);
      const width = createRangeWidth(rangeBlocks);
      const filter = { addresses: [addresses.market, addresses.registry, addresses.rewardPool, addresses.token] };
      const found: MarketEvent[] = [];
      for (let at: number = from; at <= last;) {
        const start = blockNumber(at);
        const range = await width.run(start, blockNumber(last), async (end) => readWholeLogs(rpc, filter, start, end, signal));
        found.push(...range.value.map(decode).filter((event) => event !== undefined));
        at = range.to + 1;
      }
      return found;
    },
  };
};

/** Polls for new heads. An outage of the RPC is waited out: the loop ends only when `signal` aborts. */
async function* headsOf(rpc: Rpc, signal: AbortSignal): AsyncGenerator<ChainHead> {
  let last: string | undefined;
  while (!signal.aborted) {
    try {
      const next = await readHead(rpc, signal);
      if (next.hash !== last) {
        last = next.hash;
        yield next;
        continue;
      }
    } catch {
      // Whatever it was, the next look tells; an outage was logged where it was met.
    }
    await pause(rpc.pollMilliseconds, signal).catch(() => undefined);
  }
}
