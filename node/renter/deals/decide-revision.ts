import { dataSetOf, type SectorRef } from '../../core/data/data-set.js';
import type { Deal, Revision, SignedRevision } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { applyChange, nextRevision } from '../../core/market/revision.js';
import { period, type Period } from '../../core/units.js';
import type { RevisionChange } from '../../ports/link.js';
import type { RenterDeal } from '../../ports/store.js';

/** What the next revision of a deal starts from. */
export interface RevisionBase {
  /** Zero for none. */
  readonly number: bigint;
  readonly sectors: readonly SectorRef[];
}

const holds = (deal: Pick<Deal, 'number' | 'root'>, revision: Revision): boolean =>
  deal.number === revision.number && deal.root === revision.root;

/**
 * The newest revision that may be built on: what both signed, or a proposal that the provider posted without answering.
 * CATALOGUE_BEHIND if the chain holds a revision that this catalogue does not know.
 */
export const baseOf = (record: RenterDeal, deal: Pick<Deal, 'id' | 'number' | 'root'>): RevisionBase => {
  const { current, proposed } = record;
  if (proposed && holds(deal, proposed.revision)) return { number: proposed.revision.number, sectors: proposed.sectors };
  const known = current?.revision.number ?? 0n;
  if (deal.number > known) throw new HoldfastError('CATALOGUE_BEHIND', { deal: deal.id, known, chain: deal.number });
  return { number: known, sectors: record.sectors };
};

/** The change that makes `after` from `before`, keeping what stays in order. */
export const changeBetween = (before: readonly SectorRef[], after: readonly SectorRef[]): RevisionChange => {
  const remove: number[] = [];
  let kept = 0;
  before.forEach(({ root, leaves }, index) => {
    const next = after[kept];
    if (next?.root === root && next.leaves === leaves) kept += 1;
    else remove.push(index);
  });
  return { remove, append: after.slice(kept) };
};

/** A revision to propose, and the sectors after it. */
export interface PlannedRevision {
  readonly revision: Revision;
  readonly base: RevisionBase;
  readonly change: RevisionChange;
  readonly sectors: readonly SectorRef[];
}

/** How the sectors of a deal are to change. */
export interface WantedChange {
  readonly append: readonly SectorRef[];
  /** Take everything out. */
  readonly clear?: boolean;
}

/** Periods that a revision may be posted in beyond the one it is made in (R12). */
const VALID_PERIODS = 2;

/**
 * The next revision of a deal: its sectors without, or with, those wanted, at the deal's price and end. Undefined if a revision
 * with exactly those sectors is signed already and may still be posted, or is on chain.
 */
export const planRevision = (record: RenterDeal, deal: Deal, wanted: WantedChange, now: Period): PlannedRevision | undefined => {
  const base = baseOf(record, deal);
  const there = new Set(base.sectors.map(({ root }) => root));
  const append = wanted.clear ? [] : wanted.append.filter(({ root }) => !there.has(root));
  const remove = wanted.clear ? base.sectors.map((_, index) => index) : [];
  const posted = deal.number >= base.number;
  const postable = record.current?.revision.number === base.number && record.current.revision.validUntil >= now;
  if (append.length + remove.length === 0 && (posted || postable)) return undefined;
  const change = { remove, append };
  const sectors = applyChange(base.sectors, change);
  const newest = [base.number, deal.number, record.proposed?.revision.number ?? 0n].reduce((a, b) => (a > b ? a : b));
  const validUntil = period(now + VALID_PERIODS);
  const revision = nextRevision({ deal: deal.id, number: newest + 1n, sectors, end: deal.end, price: deal.price, validUntil });
  return { revision, base, change, sectors };
};

/** Whether a proposal may still be answered or posted, so that it must be settled before another is made. */
export const isOpen = (record: RenterDeal, deal: Pick<Deal, 'number'>, now: Period): boolean =>
  record.proposed !== undefined && record.proposed.revision.number > deal.number && record.proposed.revision.validUntil >= now;

/** Whether `sectors` are what `signed` commits to. */
export const namesSectors = ({ revision }: SignedRevision, sectors: readonly SectorRef[]): boolean => {
  const set = dataSetOf(sectors);
  return set.root === revision.root && set.leaves === revision.leaves && set.sectors === revision.sectors;
};
