import type { SectorRef } from '../../core/data/data-set.js';
import type { Deal, SignedRevision } from '../../core/market/deal.js';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { wei, type Address, type DealId, type Hash, type Wei } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { ProviderJournal } from '../../ports/journal.js';
import type { SectorStore } from '../../ports/sector-store.js';

export interface CheckSources {
  readonly provider: Address;
  readonly settlement: SettlementReader;
  readonly journal: ProviderJournal;
  readonly store: SectorStore;
}

/** What is wrong with a deal. */
export type DealProblem =
  /** The chain holds a revision that the journal lacks: nothing of the deal can be proven. */
  | 'revision-lost'
  /** A number was signed that the journal lacks, and the chain does not hold it yet. */
  | 'number-lost'
  /** Sectors are missing that the deal counts on. */
  | 'sectors-missing';

/** How a deal stands in journal, second record, sectors and chain. */
export interface DealFinding {
  readonly deal: DealId;
  /** As the chain has it; undefined if it knows none. */
  readonly chain: Deal | undefined;
  /** Highest number that is known to have been signed. */
  readonly signed: bigint;
  /** Newest that the journal has; zero if it has none. */
  readonly newest: bigint;
  readonly problems: readonly DealProblem[];
  readonly missing: readonly SectorRef[];
  /** Collateral that is lost if the deal is given up, token wei. */
  readonly collateral: Wei;
}

export interface CheckReport {
  readonly deals: readonly DealFinding[];
  /** Sectors on disk that nothing names. */
  readonly loose: readonly SectorRef[];
}

const isOver = (deal: Deal | undefined): boolean => deal === undefined || deal.status === 'closed' || deal.defaulted !== undefined;

/** Numbers of revisions that may still be proven or posted. */
const alive = (revisions: readonly SignedRevision[], chain: Deal | undefined): readonly bigint[] =>
  revisions.flatMap(({ revision: { number } }) => (number >= (chain?.number ?? 0n) ? [number] : []));

/** Sectors that are looked up at once, and held in memory beside what is found. */
const PORTION = 1_024;

/** Portions of what comes, which are let go before more of it is asked for. */
async function* portionsOf<Item>(items: AsyncIterable<Item>): AsyncGenerator<readonly Item[]> {
  let portion: Item[] = [];
  for await (const item of items) {
    if (portion.push(item) < PORTION) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

/** Compares journal, second record, sectors on disk and chain; reads no bytes of sectors, and holds a portion of them and what it reports. */
export const checkDeals = async ({ provider, settlement, journal, store }: CheckSources, signal: AbortSignal): Promise<CheckReport> => {
  const tree = await settlement.treeOf(provider, signal);
  const all = new Set([...tree.map(({ id }) => id), ...journal.doubts().map(({ deal }) => deal)]);
  for await (const { id } of journal.deals()) all.add(id);
  const ids = [...all];
  const chains = await settlement.deals(ids, signal);

  /** Sectors of these revisions that are not on disk; undefined if the journal cannot say which they name. */
  const missingOf = async (deal: DealId, numbers: readonly bigint[]): Promise<SectorRef[] | undefined> => {
    const missing = new Map<Hash, SectorRef>();
    try {
      for (const number of numbers)
        for await (const portion of portionsOf(journal.sectors(deal, number))) {
          signal.throwIfAborted();
          const absent = new Set(await store.absent(portion.map(({ root }) => root)));
          for (const sector of portion) if (absent.has(sector.root)) missing.set(sector.root, sector);
        }
    } catch (error) {
      if (isHoldfastError(error, 'STORE_CORRUPT')) return undefined;
      throw error;
    }
    return [...missing.values()];
  };

  const look = async (deal: DealId, chain: Deal | undefined): Promise<DealFinding> => {
    const revisions = (await journal.deal(deal))?.revisions ?? [];
    const newest = revisions.at(-1)?.revision.number ?? 0n;
    const signed = journal.doubt(deal)?.number ?? newest;
    const found = await missingOf(deal, alive(revisions, chain));
    const missing = found ?? [];
    const holds =
      found !== undefined && revisions.some(({ revision }) => revision.number === chain?.number && revision.root === chain.root);
    const problems: DealProblem[] = [];
    if (!isOver(chain) && (chain?.number ?? 0n) > 0n && !holds) problems.push('revision-lost');
    if (chain?.status !== 'closed' && journal.doubt(deal) !== undefined && signed > (chain?.number ?? 0n)) problems.push('number-lost');
    if (!isOver(chain) && missing.length > 0) problems.push('sectors-missing');
    const collateral = wei(isOver(chain) ? 0n : (chain?.weight ?? 0n) * settlement.parameters.unit);
    return { deal, chain, signed, newest, problems, missing, collateral };
  };

  const deals: DealFinding[] = [];
  for (const [index, id] of ids.entries()) deals.push(await look(id, chains[index]));
  const loose: SectorRef[] = [];
  for await (const portion of portionsOf(store.list())) {
    signal.throwIfAborted();
    const named = await Promise.all(portion.map(({ root }) => journal.names(root)));
    loose.push(...portion.filter((_, at) => named[at] !== true));
  }
  return { deals, loose };
};
