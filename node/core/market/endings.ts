import type { Deal } from './deal.js';
import { period, type Period } from '../units.js';

/** Twins of `contracts/market/verbs/Endings.sol`: when a deal can be ended (R4). */

type Clock = Pick<Deal, 'leaves' | 'settledThrough'>;

/** The period whose revision took the last leaf of an empty deal; undefined while it stores data, and if it never did. */
export const emptiedIn = ({ leaves, settledThrough }: Clock): Period | undefined =>
  leaves === 0 && settledThrough !== 0 ? settledThrough : undefined;

/** First period in which an empty deal can be ended: a whole one lies before it in which vouchers can be redeemed. 0 for at once. */
export const redeemedBy = (deal: Clock): Period => {
  const emptied = emptiedIn(deal);
  return period(emptied === undefined ? 0 : emptied + 2);
};

/**
 * First period in which a deal of a provider that has not defaulted can be closed, once that is decided: by the provider itself,
 * which can redeem its vouchers before, two periods sooner than by anyone.
 */
export const closableFrom = (deal: Clock & Pick<Deal, 'end'>, who: 'provider' | 'anyone'): Period =>
  period(Math.max(0, who === 'provider' ? deal.end - 1 : deal.end + 1, redeemedBy(deal)));

/** Whether a deal has to keep what lies in it in period `now`. */
export const mustKeep = ({ status, defaulted, leaves, end }: Pick<Deal, 'status' | 'defaulted' | 'leaves' | 'end'>, now: Period): boolean =>
  status !== 'closed' && defaulted === undefined && leaves > 0 && end > now;
