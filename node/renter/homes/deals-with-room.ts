import type { MarketParameters } from '../../core/market/deal.js';
import { escrowAfter, escrowNeeded, rateUp, weightFor } from '../../core/market/rent.js';
import { wei, type Address, type Leaves, type Period } from '../../core/units.js';
import type { KnownDeal } from '../deals/deal-book.js';
import { isProving } from './choose-providers.js';
import type { QuotePart } from './quote.js';

/** What more is to go into a deal. */
export interface RoomWanted {
  readonly leaves: Leaves;
  readonly now: Period;
  /** First period in which it need not lie there any more. */
  readonly until: Period;
  readonly parameters: MarketParameters;
}

/** Leaves that the deal holds or is about to hold. */
export const leavesPlaced = ({ record, deal }: KnownDeal): number =>
  Math.max(deal.leaves, record.current?.revision.leaves ?? 0, record.proposed?.revision.leaves ?? 0);

/** The part of a quote for a deal that is there: nothing is paid in, and what it has room for is known. */
export const partOf = (known: KnownDeal): QuotePart => {
  const { id, provider, price, egressPrice, end, maxLeaves, maxEgress } = known.deal;
  const free = maxLeaves - leavesPlaced(known);
  return { provider, price, egressPrice, end, deal: id, free, escrow: wei(0n), maxLeaves, maxEgress };
};

/** Whether `wanted` fits into the deal without a transaction: not while a challenge pins it. Compensates for rent that is due and not yet moved. */
export const hasRoom = (known: KnownDeal, { leaves, now, until, parameters }: RoomWanted): boolean => {
  const { deal, sheet } = known;
  if ((deal.status !== 'empty' && deal.status !== 'active') || deal.defaulted || deal.challenged) return false;
  if (deal.end < until || deal.end < now + 2 || !isProving(sheet)) return false;
  const after = leavesPlaced(known) + leaves;
  if (after > deal.maxLeaves) return false;
  if (escrowAfter(deal, now, 0) < escrowNeeded(rateUp(deal.price, after), deal.end, now)) return false;
  const grown: bigint = sheet.total - deal.weight + weightFor(deal.price, after, parameters);
  if (grown <= sheet.total) return true;
  const locked = grown * parameters.unit;
  return locked <= sheet.stake && locked <= sheet.lockLimit;
};

/** Of the deals with room, one for each provider not excluded, the cheapest first, then the one that ends later. */
export const dealsWithRoom = (all: readonly KnownDeal[], wanted: RoomWanted, excluded: ReadonlySet<Address>): KnownDeal[] => {
  const fitting = all.filter((known) => !excluded.has(known.deal.provider) && hasRoom(known, wanted));
  fitting.sort(({ deal: a }, { deal: b }) => {
    if (a.price !== b.price) return a.price < b.price ? -1 : 1;
    return b.end - a.end || (a.id < b.id ? -1 : 1);
  });
  const taken = new Set<Address>();
  return fitting.filter(({ deal }) => !taken.has(deal.provider) && taken.add(deal.provider));
};
