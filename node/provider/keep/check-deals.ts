import type { SectorRef } from '../../core/data/data-set.js';
import type { Deal } from '../../core/market/deal.js';
import { wei, type Address, type DealId, type Hash, type Wei } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { ProviderJournal, ProviderRevision, SectorStore } from '../../ports/store.js';

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

/** Revisions that may still be proven or posted. */
const alive = (revisions: readonly ProviderRevision[], chain: Deal | undefined): readonly ProviderRevision[] =>
  revisions.filter(({ revision }) => revision.number >= (chain?.number ?? 0n));

/** Compares journal, second record, sectors on disk and chain; reads no bytes of sectors. */
export const checkDeals = async ({ provider, settlement, journal, store }: CheckSources, signal: AbortSignal): Promise<CheckReport> => {
  const present = new Map<Hash, SectorRef>();
  for await (const sector of store.list()) present.set(sector.root, sector);
  const kept = new Map<DealId, readonly ProviderRevision[]>();
  for await (const { id, revisions } of journal.deals()) kept.set(id, revisions);
  const tree = await settlement.treeOf(provider, signal);
  const ids = [...new Set([...tree.map(({ id }) => id), ...kept.keys(), ...journal.doubts().map(({ deal }) => deal)])];
  const chains = await settlement.deals(ids, signal);
  const named = new Set<Hash>();

  const look = (deal: DealId, chain: Deal | undefined): DealFinding => {
    const revisions = kept.get(deal) ?? [];
    const newest = revisions.at(-1)?.revision.number ?? 0n;
    const signed = journal.doubt(deal)?.number ?? newest;
    const sectors = new Map(alive(revisions, chain).flatMap((each) => each.sectors.map((sector) => [sector.root, sector] as const)));
    const missing = [...sectors.values()].filter(({ root }) => !present.has(root));
    const holds = revisions.some(({ revision }) => revision.number === chain?.number && revision.root === chain.root);
    const problems: DealProblem[] = [];
    if (!isOver(chain) && (chain?.number ?? 0n) > 0n && !holds) problems.push('revision-lost');
    if (chain?.status !== 'closed' && journal.doubt(deal) !== undefined && signed > (chain?.number ?? 0n)) problems.push('number-lost');
    if (!isOver(chain) && missing.length > 0) problems.push('sectors-missing');
    const collateral = wei(isOver(chain) ? 0n : (chain?.weight ?? 0n) * settlement.parameters.unit);
    return { deal, chain, signed, newest, problems, missing, collateral };
  };

  const deals = ids.map((id, index) => look(id, chains[index]));
  for (const revisions of kept.values()) for (const { sectors } of revisions) for (const { root } of sectors) named.add(root);
  for await (const { root } of journal.pending()) named.add(root);
  return { deals, loose: [...present.values()].filter(({ root }) => !named.has(root)) };
};
