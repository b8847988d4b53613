import { dataSetOf, type DataSet, type SectorRef } from '../data/data-set.js';
import { requireIndices, type SectorChange } from '../data/edit-tree.js';
import type { Deal, MarketParameters, Revision } from './deal.js';
import type { MarketIdentity } from '../keys/market-identity.js';
import { typedDigest, typeHash } from '../keys/eip712.js';
import { HoldfastError } from '../errors/holdfast-error.js';
import { escrowAfter, escrowNeeded, lockedOf, rateUp, weightFor } from './rent.js';
import { SECTOR_LEAVES, weight, type DealId, type Hash, type Period, type Wei, type Weight } from '../units.js';

const REVISION = typeHash(
  'Revision(bytes32 deal,uint64 number,bytes32 root,uint40 leaves,uint24 sectors,uint32 end,uint128 price,uint32 validUntil)',
);

/** What renter and provider both sign (R12). */
export const revisionDigest = (identity: Pick<MarketIdentity, 'chainId' | 'market'>, r: Revision): Hash =>
  typedDigest(identity, REVISION, [r.deal, r.number, r.root, r.leaves, r.sectors, r.end, r.price, r.validUntil]);

/** The sectors after `change`. CHANGE_INVALID if an index is out of range, repeated or out of order. */
export const applyChange = (sectors: readonly SectorRef[], change: SectorChange): SectorRef[] => {
  requireIndices(change.remove, sectors.length);
  const removed = new Set(change.remove);
  return [...sectors.filter((_, index) => !removed.has(index)), ...change.append];
};

/** The change that makes `after` from `before`, keeping what stays in order. */
export const changeBetween = (before: readonly SectorRef[], after: readonly SectorRef[]): SectorChange => {
  const remove: number[] = [];
  let kept = 0;
  before.forEach(({ root, leaves }, index) => {
    const next = after[kept];
    if (next?.root === root && next.leaves === leaves) kept += 1;
    else remove.push(index);
  });
  return { remove, append: after.slice(kept) };
};

/** However small the deal, it may have so many sectors; above that one for so many leaves (R4). */
const FREE_SECTORS = 4_096;
const LEAVES_PER_SECTOR = 256;

/** The most sectors of a revision with `leaves`, `before` being those on chain (R4): what is stored may stay in its sectors. */
export const mostSectors = (before: number, leaves: number): number =>
  Math.min(leaves, Math.max(before, FREE_SECTORS + Math.floor(leaves / LEAVES_PER_SECTOR)));

/** What a revision says of its sectors. */
export type SectorTotals = Pick<DataSet, 'root' | 'leaves' | 'sectors'>;

/** What two sides agree on to make a revision; `sectors` are those after the change, or what its tree says of them. */
export interface RevisionPlan {
  readonly deal: DealId;
  readonly number: bigint;
  readonly sectors: readonly SectorRef[] | SectorTotals;
  readonly end: Period;
  readonly price: Wei;
  readonly validUntil: Period;
}

/** The revision that both sides compute for themselves; if they disagree, no signature fits. */
export const nextRevision = ({ sectors, ...plan }: RevisionPlan): Revision => {
  const set = 'root' in sectors ? sectors : dataSetOf(sectors);
  return { ...plan, root: set.root, leaves: set.leaves, sectors: set.sectors };
};

/** The world at the moment of a commit, as `checkRevision` needs it. */
export interface CommitFacts {
  /** Current period. */
  readonly period: Period;
  /** R2, of the deal's provider now. */
  readonly frozen: boolean;
  /** Whether the provider has proven `period` itself, or stores nothing (T = 0). */
  readonly proven: boolean;
  /** Of the provider, token wei, after its sync. */
  readonly stake: Wei;
  /** What the provider's owner lets revisions lock of it, token wei. */
  readonly lockLimit: Wei;
  /** T of the provider. */
  readonly total: Weight;
  /** Missed periods among those the deal has not settled yet. */
  readonly misses: number;
  readonly parameters: Pick<MarketParameters, 'unit' | 'collateralPeriods'>;
}

/**
 * Why the contract would refuse to commit `revision` to `deal` now (R4, R6): its own errors, in its own order; undefined if it
 * would not. Signatures are not looked at.
 */
export const checkRevision = (revision: Revision, deal: Deal, facts: CommitFacts): HoldfastError | undefined =>
  checkDeal(revision, deal, facts) ?? checkBounds(revision, deal, facts) ?? checkFunds(revision, deal, facts);

const checkDeal = (revision: Revision, deal: Deal, { period: now, frozen }: CommitFacts): HoldfastError | undefined => {
  if (deal.status === 'none' || revision.deal !== deal.id) return new HoldfastError('DEAL_UNKNOWN', { deal: revision.deal });
  if (deal.status === 'closed') return new HoldfastError('DEAL_IS_CLOSED', { deal: deal.id });
  if (deal.defaulted !== undefined) return new HoldfastError('DEAL_DEFAULTED', { deal: deal.id });
  if (frozen) return new HoldfastError('FROZEN', { provider: deal.provider, period: BigInt(now) });
  if (deal.challenged) return new HoldfastError('DEAL_CHALLENGED', { deal: deal.id });
  if (revision.number <= deal.number) return new HoldfastError('STALE_REVISION', { number: revision.number, current: deal.number });
  if (now >= deal.end) return new HoldfastError('DEAL_ENDED', { deal: deal.id, period: BigInt(now), end: BigInt(deal.end) });
  return undefined;
};

const checkBounds = (revision: Revision, deal: Deal, { period: now }: CommitFacts): HoldfastError | undefined => {
  const { leaves } = revision;
  return (
    within('validUntil', revision.validUntil, now, now + 2) ??
    within('leaves', leaves, 0, deal.maxLeaves) ??
    (leaves === 0 ? checkEmpty(revision, deal) : checkFilled(revision, deal, now))
  );
};

/** An empty revision keeps the price and moves the end out by nothing: no reserve and no collateral bind what it says. */
const checkEmpty = (revision: Revision, deal: Deal): HoldfastError | undefined =>
  within('end', revision.end, 0, deal.end) ??
  within('price', revision.price, deal.price, deal.price) ??
  within('sectors', revision.sectors, 0, 0) ??
  within('root', BigInt(revision.root), 0, 0);

const checkFilled = (revision: Revision, deal: Deal, now: Period): HoldfastError | undefined =>
  within('end', revision.end, now + 2, deal.maxEnd) ??
  within('price', revision.price, 0, deal.price) ??
  within('sectors', revision.sectors, Math.ceil(revision.leaves / SECTOR_LEAVES), mostSectors(deal.sectors, revision.leaves));

const within = (name: string, value: number | bigint, min: number | bigint, max: number | bigint): HoldfastError | undefined =>
  value >= min && value <= max
    ? undefined
    : new HoldfastError('OUT_OF_BOUNDS', { name, value: BigInt(value), min: BigInt(min), max: BigInt(max) });

const checkFunds = (revision: Revision, deal: Deal, facts: CommitFacts): HoldfastError | undefined => {
  const escrow = escrowAfter(deal, facts.period, facts.misses);
  const needed = escrowNeeded(rateUp(revision.price, revision.leaves), revision.end, facts.period);
  if (escrow < needed) return new HoldfastError('ESCROW_TOO_SMALL', { escrow, needed });
  const added = weightFor(revision.price, revision.leaves, facts.parameters) - deal.weight;
  if (added <= 0n) return undefined;
  const total = facts.total + added;
  if (total >= 1n << 64n) return new HoldfastError('WEIGHT_OVERFLOW', { total: facts.total, added });
  if (!facts.proven) return new HoldfastError('NOT_PROVEN', { provider: deal.provider, period: BigInt(facts.period) });
  const locked = lockedOf(weight(total), facts.parameters.unit);
  if (facts.stake < locked) return new HoldfastError('STAKE_TOO_SMALL', { stake: facts.stake, needed: locked });
  const { lockLimit: limit } = facts;
  return locked > limit ? new HoldfastError('LOCK_LIMIT_PASSED', { provider: deal.provider, locked, limit }) : undefined;
};
