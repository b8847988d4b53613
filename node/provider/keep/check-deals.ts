import type { SectorRef } from '../../core/data/data-set.js';
import type { Deal, SignedRevision } from '../../core/market/deal.js';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { wei, type Address, type DealId, type Hash, type Wei } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { ProviderJournal, SectorStore } from '../../ports/store.js';

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

/** Compares journal, second record, sectors on disk and chain; reads no bytes of sectors. */
export const checkDeals = async ({ provider, settlement, journal, store }: CheckSources, signal: AbortSignal): Promise<CheckReport> => {
  const present = new Map<Hash, SectorRef>();
  for await (const sector of store.list()) present.set(sector.root, sector);
  const kept = new Map<DealId, readonly SignedRevision[]>();
  for await (const { id, revisions } of journal.deals()) kept.set(id, revisions);
  const tree = await settlement.treeOf(provider, signal);
  const ids = [...new Set([...tree.map(({ id }) => id), ...kept.keys(), ...journal.doubts().map(({ deal }) => deal)])];
  const chains = await settlement.deals(ids, signal);

  /** Sectors of these revisions that are not on disk; undefined if the journal cannot say which they name. */
  const missingOf = async (deal: DealId, numbers: readonly bigint[]): Promise<SectorRef[] | undefined> => {
    const missing = new Map<Hash, SectorRef>();
    try {
      for (const number of numbers)
        for await (const sector of journal.sectors(deal, number)) if (!present.has(sector.root)) missing.set(sector.root, sector);
    } catch (error) {
      if (isHoldfastError(error, 'STORE_CORRUPT')) return undefined;
      throw error;
    }
    return [...missing.values()];
  };

  const look = async (deal: DealId, chain: Deal | undefined): Promise<DealFinding> => {
    const revisions = kept.get(deal) ?? [];
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
  const loose = new Map(present);
  for await (const { root } of journal.named()) loose.delete(root);
  return { deals, loose: [...loose.values()] };
};
