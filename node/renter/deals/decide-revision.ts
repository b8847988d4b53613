import { dataSetOf, type SectorRef } from '../../core/data/data-set.js';
import type { Deal, Revision, SignedRevision } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { RevisionPlan } from '../../core/market/revision.js';
import { period, type Hash, type Period } from '../../core/units.js';
import type { RevisionChange } from '../../ports/link.js';
import type { RenterDeal } from '../../ports/catalogue.js';

const holds = (deal: Pick<Deal, 'number' | 'root'>, revision: Revision): boolean =>
  deal.number === revision.number && deal.root === revision.root;

/**
 * Number of the newest revision that may be built on, zero for none: what both signed, or a proposal that the provider posted without
 * answering. CATALOGUE_BEHIND if the chain holds a revision that this catalogue does not know.
 */
export const baseOf = ({ current, proposed }: RenterDeal, deal: Pick<Deal, 'id' | 'number' | 'root'>): bigint => {
  if (proposed && holds(deal, proposed.revision)) return proposed.revision.number;
  const known = current?.revision.number ?? 0n;
  if (deal.number > known) throw new HoldfastError('CATALOGUE_BEHIND', { deal: deal.id, known, chain: deal.number });
  return known;
};

/** How the sectors of a deal are to change. */
export interface WantedChange {
  readonly append: readonly SectorRef[];
  /** Take these out wherever they are named, as far as the catalogue says that nothing uses them. */
  readonly remove?: readonly Hash[];
  /** Appended too, unless it turns out that another machine has changed the deal: these would tell of what it was before. */
  readonly pages?: readonly SectorRef[];
  /** Take everything out. */
  readonly clear?: boolean;
  /** First period that it is not to be kept any more, if it is to last longer than it does. */
  readonly end?: Period;
}

/** What is known of the revision that the next one starts from. */
export interface BaseFacts {
  readonly number: bigint;
  readonly sectors: number;
  /** Whether it names the root. */
  readonly names: (root: Hash) => boolean;
  /** Indices of what is wanted out, ascending. */
  readonly removable: readonly number[];
}

/** A revision to propose, as long as what its change makes is not known. */
export interface PlannedRevision {
  readonly base: bigint;
  readonly change: RevisionChange;
  readonly plan: Omit<RevisionPlan, 'sectors'>;
}

/** Periods that a revision may be posted in beyond the one it is made in (R12). */
const VALID_PERIODS = 2;

/** The end that the base has: of one that is not on chain its own, as far as the deal's bound still lets it. */
const endOfBase = ({ current }: RenterDeal, deal: Deal, base: BaseFacts): Period => {
  if (deal.number >= base.number || current?.revision.number !== base.number) return deal.end;
  return period(Math.min(current.revision.end, deal.maxEnd));
};

/**
 * The next revision of a deal: its sectors without, or with, those wanted, at the deal's price, to its end or a later one; where none is left, to
 * the end that the chain knows, which an empty one moves out by nothing. Undefined if a revision with exactly those sectors and an end as late is signed already and may still be posted, or is on chain. No number is used twice.
 */
export const planRevision = (
  record: RenterDeal,
  deal: Deal,
  wanted: WantedChange,
  base: BaseFacts,
  now: Period,
): PlannedRevision | undefined => {
  const append = wanted.clear ? [] : wanted.append.filter(({ root }) => !base.names(root));
  const remove = wanted.clear ? Array.from({ length: base.sectors }, (_, index) => index) : base.removable;
  const empties = wanted.clear === true || (remove.length > 0 && base.sectors + append.length === remove.length);
  const posted = deal.number >= base.number;
  const postable = record.current?.revision.number === base.number && record.current.revision.validUntil >= now;
  const before = endOfBase(record, deal, base);
  const end = empties ? deal.end : period(Math.max(before, wanted.end ?? 0));
  if (append.length + remove.length === 0 && end === before && (posted || postable)) return undefined;
  const number = highestNumber(record, deal) + 1n;
  const plan = { deal: deal.id, number, end, price: deal.price, validUntil: period(now + VALID_PERIODS) };
  return { base: base.number, change: { remove, append }, plan };
};

/** The highest number that either side may have signed, as far as is known. */
export const highestNumber = ({ current, proposed, spent = 0n }: RenterDeal, deal: Pick<Deal, 'number'>): bigint =>
  [current?.revision.number ?? 0n, proposed?.revision.number ?? 0n, deal.number].reduce((a, b) => (a > b ? a : b), spent);

/** Whether a proposal may still be answered or posted, so that it must be settled before another is made. */
export const isOpen = (record: RenterDeal, deal: Pick<Deal, 'number'>, now: Period): boolean =>
  record.proposed !== undefined && record.proposed.revision.number > deal.number && record.proposed.revision.validUntil >= now;

/** Whether `sectors` are what `signed` commits to. */
export const namesSectors = ({ revision }: SignedRevision, sectors: readonly SectorRef[]): boolean => {
  const set = dataSetOf(sectors);
  return set.root === revision.root && set.leaves === revision.leaves && set.sectors === revision.sectors;
};

/**
 * What a catalogue takes over where its provider does not know the base any more: the revision on chain, of which the provider lists the
 * sectors (none where the chain holds none), once nobody can post anything newer that both signed. Undefined if it may not.
 */
export const fallBackOf = (record: RenterDeal, deal: Deal, listed: Revision | undefined, now: Period): RenterDeal | undefined => {
  const { id, provider, current } = record;
  if (current && current.revision.number > deal.number && current.revision.validUntil >= now) return undefined;
  if (listed === undefined ? deal.number > 0n : !isPosted(listed, deal)) return undefined;
  return { id, provider, spent: highestNumber(record, deal) };
};

/** Whether the chain holds just this revision. */
export const isPosted = ({ deal, number, root, leaves, sectors }: Revision, chain: Deal): boolean =>
  deal === chain.id && number === chain.number && root === chain.root && leaves === chain.leaves && sectors === chain.sectors;
