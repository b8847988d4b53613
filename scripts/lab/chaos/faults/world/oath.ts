import type { Result } from 'ethers';
import { openSectorFiles } from '../../../../../node/storage/sector-files.js';
import { openJournalFiles } from '../../../../../node/storage/journal.js';
import { foldersOf } from '../../../../../node/app/settings/folders.js';
import type { Settings } from '../../../../../node/app/settings/config.js';
import { sectorRoot } from '../../../../../node/core/data/merkle.js';
import type { MarketIdentity } from '../../../../../node/core/keys/market-identity.js';
import type { Address, Hash } from '../../../../../node/core/units.js';
import type { Lane } from './lane.js';
import type { Tenant } from './tenant.js';

/** The moment in which a world began. */
export interface Since {
  readonly block: number;
  readonly period: number;
}

/** Of what was co-signed last for each deal, the sectors that are gone or rotten, and deals whose signature the journal forgot. */
export const lostOf = async (settings: Settings, identity: MarketIdentity, tenants: readonly Tenant[]): Promise<string[]> => {
  const { sectors: path, journal: rows } = foldersOf(settings);
  const store = await openSectorFiles({ path, identity });
  const journal = await openJournalFiles(rows, identity);
  const lost: string[] = [];
  try {
    for (const { deal, signed } of tenants) {
      const last = signed.at(-1);
      if (last === undefined) continue;
      const known = (await journal.deal(deal))?.revisions.at(-1)?.revision.number ?? 0n;
      if (known < last.revision.number)
        lost.push(`the journal has revision ${known} of ${deal}, of ${last.revision.number} that were signed`);
      for (const { root } of last.sectors) {
        const bytes = await store.read(root).catch(() => undefined);
        if (bytes === undefined || sectorRoot(bytes) !== root) lost.push(`sector ${root} of ${deal}`);
      }
    }
  } finally {
    await journal.close();
    await store.close();
  }
  return lost;
};

/** Decided periods in which the provider owed a proof and did not prove, by the chain as it is. */
export const missedOf = async (lane: Lane, provider: Address, since: Since): Promise<number[]> => {
  const { market, view } = lane.market.contracts;
  const { period, offset } = await lane.moment();
  const decided = offset >= lane.windowBlocks ? period : period - 1;
  const proofs = await market.queryFilter(market.filters.Proven(provider), since.block);
  const proven = new Set(proofs.map(({ args }) => Number(args.period)));
  const missed: number[] = [];
  for (let each = since.period; each <= decided; each++) {
    if (proven.has(each) || lane.firstBlock(each) <= since.block) continue;
    // `provider` is a word of ethers' own.
    const { account } = await view.getFunction('provider').staticCall(provider, { blockTag: lane.firstBlock(each) });
    if (account.total > 0n) missed.push(each);
  }
  return missed;
};

interface MinedTransaction {
  readonly hash: Hash;
  readonly from: string;
  readonly to: string | null;
  readonly input: string;
  readonly value: string;
}

/** Verbs that do nothing a second time, or set what they set before. */
const REPEATABLE = new Set(['sync', 'settle', 'setEndpoint', 'approve', 'recordSeed', 'expire']);

type Parsed = { readonly name: string; readonly args: Result } | null;

/** What one call is meant to do, in words that are the same for the same intention. */
const intentionsOf = (call: Parsed, input: string, parse: (data: string) => Parsed, failed: ReadonlySet<number>): string[] => {
  if (call === null) return [input];
  if (call.name === 'batch')
    return (call.args[0] as string[]).flatMap((item, index) =>
      failed.has(index) ? [] : intentionsOf(parse(item), item, parse, new Set()),
    );
  if (call.name === 'open') return (call.args[0] as Result[]).map((request) => `open ${String(request['salt'])}`);
  // Revision and voucher: the same one may be signed again with other bytes.
  if (call.name === 'commit') return [`commit ${String((call.args[0] as Result)['deal'])} ${String((call.args[0] as Result)['number'])}`];
  if (call.name === 'redeem') return [`redeem ${String(call.args[0])} ${String(call.args[1])}`];
  return REPEATABLE.has(call.name) ? [] : [input];
};

/** Intentions of `accounts` that the chain, as it is, carried out more than once. */
export const doublesOf = async (lane: Lane, accounts: readonly Address[], since: Since): Promise<string[]> => {
  const { market } = lane.market.contracts;
  const parse = (data: string): Parsed => market.interface.parseTransaction({ data });
  const counts = new Map<string, number>();
  const newest = await lane.block();
  for (let number = since.block; number <= newest; number++) {
    const block = await lane.rpc<{ transactions: MinedTransaction[] }>('eth_getBlockByNumber', `0x${number.toString(16)}`, true);
    for (const { hash, from, to, input, value } of block.transactions) {
      if (!accounts.includes(from as Address)) continue;
      const receipt = await lane.market.provider.getTransactionReceipt(hash);
      if (receipt?.status !== 1) continue;
      const events = receipt.logs.map((log) => market.interface.parseLog(log));
      const failed = new Set(events.filter((event) => event?.name === 'BatchItemFailed').map((event) => Number(event?.args['index'])));
      for (const each of intentionsOf(parse(input), `${String(to)} ${value} ${input}`, parse, failed)) {
        const what = `${from} ${each}`;
        counts.set(what, (counts.get(what) ?? 0) + 1);
      }
    }
  }
  return [...counts].filter(([, times]) => times > 1).map(([what, times]) => `${times} times ${what.slice(0, 200)}`);
};
