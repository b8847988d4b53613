import type { Deal, SignedRevision } from '../../core/market/deal.js';
import { closableFrom, redeemedBy } from '../../core/market/endings.js';
import type { Period } from '../../core/units.js';
import type { KnownDeal } from '../deals/deal-book.js';
import { isLate, isPostable, unposted, type PostingMoment } from '../deals/decide-posting.js';

/** A deal, and whether anything stored lies in it. */
export interface TidiableDeal extends KnownDeal {
  readonly used: boolean;
}

export interface TidyingSnapshot extends PostingMoment {
  readonly deals: readonly TidiableDeal[];
}

/** What is to be brought to an end on chain, whose escrow comes back, and what was signed and not posted. */
export interface TidyingPlan {
  /** Over, or of a provider that defaulted. */
  readonly close: readonly Deal[];
  /** Without data, and nothing stored is on its way into them. */
  readonly cancel: readonly Deal[];
  /** Revisions that their providers signed, and let their turn to post them pass. */
  readonly post: readonly SignedRevision[];
}

const isOver = ({ deal, sheet }: KnownDeal, now: Period): boolean => {
  if (deal.status !== 'active' || deal.challenged) return false;
  if (deal.defaulted !== undefined) return true;
  return !sheet.frozen && now >= closableFrom(deal, 'anyone') && sheet.decided >= closableFrom(deal, 'anyone');
};

const isIdle = (known: TidiableDeal, now: Period): boolean => {
  const { deal, record, used } = known;
  if (deal.status !== 'empty' || used || now < redeemedBy(deal)) return false;
  return record.proposed === undefined && unposted(known, now) === undefined;
};

/** Pure: which deals are closed and cancelled, and which revisions we post in their providers' stead. */
export const decideTidying = ({ deals, ...moment }: TidyingSnapshot): TidyingPlan => ({
  close: deals.filter((known) => isOver(known, moment.now)).map(({ deal }) => deal),
  cancel: deals.filter((known) => isIdle(known, moment.now)).map(({ deal }) => deal),
  post: deals.flatMap((known) => {
    const signed = unposted(known, moment.now);
    return signed && isLate(signed.revision, moment) && isPostable(known, signed, moment.now) ? [signed] : [];
  }),
});
