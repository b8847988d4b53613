import type { Deal } from '../../core/market/deal.js';
import type { Period } from '../../core/units.js';
import type { RenterDeal } from '../../ports/catalogue.js';
import { unposted } from './decide-posting.js';
import { isOpen } from './decide-revision.js';

/** A deal with sectors that nothing uses any more. */
export interface FreedDeal {
  readonly record: RenterDeal;
  /** As the chain knows it. */
  readonly deal: Deal;
  /** How many of the sectors the newest revision that both signed names. */
  readonly named: number;
}

/** Why nothing is taken out of a deal now: a challenge pins it, it is over before that would save anything, or another machine has changed something that is not known here. */
export type Unshrinkable = 'challenged' | 'ends-soon' | 'unread';

/**
 * What to do about a deal's freed sectors: forget them, since the chain holds that the deal does not name them, or that it keeps nothing; have a
 * revision signed without them; await that one is posted; or leave them for now.
 */
export type TakingOut = { readonly kind: 'forget' | 'sign' | 'posted-later' } | { readonly kind: 'leave'; readonly reason: Unshrinkable };

/** Signed in this period, posted in the next, and paid for until then: a deal that ends sooner costs as much with these sectors as without. */
const LEAST_PERIODS = 3;

/** Pure: what becomes of sectors that were shards of what was deleted or moved. */
export const decideTakingOut = ({ record, deal, named }: FreedDeal, now: Period): TakingOut => {
  if (deal.status === 'closed' || deal.defaulted !== undefined) return { kind: 'forget' };
  const { current } = record;
  const signed = current?.revision.number ?? 0n;
  const isAsked = isOpen(record, deal, now);
  if (named === 0 && !isAsked && signed === deal.number) return { kind: 'forget' };
  if (deal.challenged) return { kind: 'leave', reason: 'challenged' };
  if (deal.end < now + LEAST_PERIODS) return { kind: 'leave', reason: 'ends-soon' };
  const isPostable = !isAsked && unposted({ record, deal }, now) !== undefined;
  return { kind: named === 0 && isPostable ? 'posted-later' : 'sign' };
};
