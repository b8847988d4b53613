import type { Deal } from '../../core/market/deal.js';
import { escrowAfter, escrowNeeded, rateUp } from '../../core/market/rent.js';
import { period, wei, type DealId, type Period, type Wei } from '../../core/units.js';
import type { KnownDeal } from '../deals/deal-book.js';
import { isProving } from '../homes/choose-providers.js';

/** How a renter keeps what it stores from running out. */
export interface RenewalTerms {
  /** A deal is renewed that ends within so many periods. */
  readonly ahead: number;
  /** So many periods from now it is paid for then. */
  readonly periods: number;
  /** Most token wei that all renewals together pay in. */
  readonly budget: Wei;
}

export interface RenewalSnapshot extends RenewalTerms {
  /** Deals that hold what is stored. */
  readonly deals: readonly KnownDeal[];
  readonly now: Period;
  /** Deals into which another account may be paying. */
  readonly elsewhere?: ReadonlySet<DealId> | undefined;
  /** Whether the bounds of ends may be raised, which only the wallet can. Default: they may. */
  readonly mayRaise?: boolean | undefined;
  /** Deals that end within so many periods are looked at, as of the period in which they are renewed. Default: `ahead`, and so as of now. */
  readonly horizon?: number | undefined;
}

/** A deal that is to last longer. */
export interface Renewal {
  readonly deal: Deal;
  /** Its new first unpaid period. */
  readonly end: Period;
  /** Token wei to be paid in for that. */
  readonly deposit: Wei;
  /** Whether the bound of its end has to be raised, which only the wallet can. */
  readonly raises: boolean;
}

/**
 * Why a deal that ends soon is not renewed: another account began to pay for it, a challenge pins it, its provider misses audits, asks more than the deal pays (a deal's price never
 * rises), takes no deal that lasts longer, only the wallet could let it last longer, or the budget does not have what it takes.
 */
export type Unrenewable = 'paid-elsewhere' | 'challenged' | 'failing' | 'dearer' | 'no-longer' | 'bound' | 'over-budget';

export interface UnrenewedDeal {
  readonly deal: Deal;
  readonly reason: Unrenewable;
  /** Token wei that renewing it would take now. */
  readonly deposit: Wei;
}

export interface RenewalPlan {
  /** Those that end first come first. */
  readonly renew: readonly Renewal[];
  readonly unrenewed: readonly UnrenewedDeal[];
}

/** Whether its provider still has to keep what the deal stores. */
const runs = ({ deal }: KnownDeal, now: Period): boolean => deal.status === 'active' && deal.defaulted === undefined && deal.end > now;

/** The end that the deal can get when it is renewed, by what is wanted and what its provider takes. */
const wantedEnd = ({ deal, sheet }: KnownDeal, { now, ahead, periods }: RenewalSnapshot): Period =>
  period(Math.max(now, deal.end - ahead) + Math.min(periods + 1, sheet.ask.maxPeriods));

/** The end that it gets: within its bound, where that cannot be raised. */
const endOf = (known: KnownDeal, snapshot: RenewalSnapshot): Period => {
  const wanted = wantedEnd(known, snapshot);
  return snapshot.mayRaise === false && wanted > known.deal.maxEnd ? known.deal.maxEnd : wanted;
};

/** What the escrow lacks for the rent up to `end`, with all that vouchers may still take set aside, token wei. */
const depositFor = ({ deal, record }: KnownDeal, end: Period, now: Period): Wei => {
  const leaves = Math.max(deal.leaves, record.current?.revision.leaves ?? 0);
  const needed = escrowNeeded(rateUp(deal.price, leaves), end, now) + deal.maxEgress - deal.redeemed;
  const there = escrowAfter(deal, now, 0);
  return wei(needed > there ? needed - there : 0n);
};

const reasonOf = ({ deal, sheet }: KnownDeal, end: Period, wanted: Period): Unrenewable | undefined => {
  if (deal.challenged) return 'challenged';
  if (!isProving(sheet)) return 'failing';
  if (sheet.ask.price > deal.price) return 'dearer';
  if (wanted <= deal.end) return 'no-longer';
  return end <= deal.end ? 'bound' : undefined;
};

const byEnd = (one: KnownDeal, other: KnownDeal): number => one.deal.end - other.deal.end || (one.deal.id < other.deal.id ? -1 : 1);

/** Pure: which deals are made to last longer, and which cannot be. */
export const decideRenewal = (snapshot: RenewalSnapshot): RenewalPlan => {
  const { deals, now, ahead, horizon = ahead, budget } = snapshot;
  const renew: Renewal[] = [];
  const unrenewed: UnrenewedDeal[] = [];
  let left: bigint = budget;
  for (const known of deals.filter((one) => runs(one, now) && one.deal.end <= now + horizon).toSorted(byEnd)) {
    const { deal } = known;
    const end = endOf(known, snapshot);
    const deposit = depositFor(known, end > deal.end ? end : wantedEnd(known, snapshot), now);
    const elsewhere = snapshot.elsewhere?.has(deal.id) === true ? 'paid-elsewhere' : undefined;
    const reason = elsewhere ?? reasonOf(known, end, wantedEnd(known, snapshot)) ?? (deposit > left ? 'over-budget' : undefined);
    if (reason === undefined) {
      left -= deposit;
      renew.push({ deal, end, deposit, raises: end > deal.maxEnd });
    } else unrenewed.push({ deal, reason, deposit });
  }
  return { renew, unrenewed };
};
