import type { SectorRef } from '../core/data/data-set.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { leaves, type DealId, type Hash, type Leaves } from '../core/units.js';
import type { PendingSector, ProviderRevision } from '../ports/store.js';

interface Known {
  readonly leaves: Leaves;
  /** How often each deal names the root, by revisions and pending rows. */
  readonly namedBy: Map<DealId, number>;
}

/** What a journal's rows say, held in memory for its questions. Changed only after the rows are on the disk. */
export interface JournalIndex {
  readonly revisions: Map<DealId, readonly ProviderRevision[]>;
  readonly pending: Map<DealId, Map<Hash, PendingSector>>;
  /** Leaves of the pending sectors of each deal that has some. */
  readonly pendingLeaves: Map<DealId, number>;
  readonly known: Map<Hash, Known>;
}

export const emptyIndex = (): JournalIndex => ({
  revisions: new Map(),
  pending: new Map(),
  pendingLeaves: new Map(),
  known: new Map(),
});

/** Throws SECTOR_CONFLICT if a root is known with another count of leaves. */
export const requireSameCounts = (index: JournalIndex, sectors: readonly SectorRef[]): void => {
  for (const { root, leaves: offered } of sectors) {
    const kept = index.known.get(root)?.leaves;
    if (kept !== undefined && kept !== offered) throw new HoldfastError('SECTOR_CONFLICT', { root, kept, offered });
  }
};

const name = (index: JournalIndex, deal: DealId, { root, leaves: count }: SectorRef): void => {
  const known = index.known.get(root) ?? { leaves: count, namedBy: new Map<DealId, number>() };
  known.namedBy.set(deal, (known.namedBy.get(deal) ?? 0) + 1);
  index.known.set(root, known);
};

/** Takes one naming back; true if nothing names the root any more. */
const unname = (index: JournalIndex, deal: DealId, root: Hash): boolean => {
  const known = index.known.get(root);
  if (!known) return true;
  const left = (known.namedBy.get(deal) ?? 0) - 1;
  if (left > 0) known.namedBy.set(deal, left);
  else known.namedBy.delete(deal);
  if (known.namedBy.size > 0) return false;
  index.known.delete(root);
  return true;
};

export const addPending = (index: JournalIndex, sector: PendingSector): void => {
  const ofDeal = index.pending.get(sector.deal) ?? new Map<Hash, PendingSector>();
  if (!ofDeal.has(sector.root)) {
    name(index, sector.deal, sector);
    index.pendingLeaves.set(sector.deal, (index.pendingLeaves.get(sector.deal) ?? 0) + sector.leaves);
  }
  ofDeal.set(sector.root, sector);
  index.pending.set(sector.deal, ofDeal);
};

/** True if nothing else names the root. */
export const removePending = (index: JournalIndex, deal: DealId, root: Hash): boolean => {
  const ofDeal = index.pending.get(deal);
  const sector = ofDeal?.get(root);
  if (ofDeal === undefined || sector === undefined) return !index.known.has(root);
  ofDeal.delete(root);
  index.pendingLeaves.set(deal, (index.pendingLeaves.get(deal) ?? 0) - sector.leaves);
  if (ofDeal.size === 0) {
    index.pending.delete(deal);
    index.pendingLeaves.delete(deal);
  }
  return unname(index, deal, root);
};

export const addRevision = (index: JournalIndex, signed: ProviderRevision): void => {
  const { deal } = signed.revision;
  for (const sector of signed.sectors) name(index, deal, sector);
  index.revisions.set(deal, [...(index.revisions.get(deal) ?? []), signed]);
};

/** Forgets the given revisions of `deal`; returns the roots that nothing names any more. */
export const removeRevisions = (index: JournalIndex, deal: DealId, old: readonly ProviderRevision[]): Hash[] => {
  const kept = (index.revisions.get(deal) ?? []).filter((signed) => !old.includes(signed));
  if (kept.length > 0) index.revisions.set(deal, kept);
  else index.revisions.delete(deal);
  return old.flatMap(({ sectors }) => sectors.filter(({ root }) => unname(index, deal, root)).map(({ root }) => root));
};

/** Leaves of the newest revision of each deal plus all pending ones. */
export const countHeld = (index: JournalIndex): Leaves => {
  let sum = 0;
  for (const list of index.revisions.values()) sum += list.at(-1)?.revision.leaves ?? 0;
  for (const ofDeal of index.pending.values()) for (const sector of ofDeal.values()) sum += sector.leaves;
  return leaves(sum);
};
