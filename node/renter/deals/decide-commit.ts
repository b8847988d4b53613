import type { Deal } from '../../core/market/deal.js';
import type { DealId, Period } from '../../core/units.js';
import { isLate, type PostingMoment } from './decide-posting.js';

/** A co-signed revision that its provider has to post. */
export interface AwaitedCommit {
  readonly deal: DealId;
  readonly number: bigint;
  readonly validUntil: Period;
}

/**
 * What an awaited commit calls for: nothing more, waiting, posting it ourselves since its provider let a period pass, a fresh revision because
 * this one has run out, or giving up.
 */
export type CommitStep = 'held' | 'wait' | 'post' | 'renew' | 'lost';

/** Pure: what to do about `awaited` now. */
export const decideCommit = (awaited: AwaitedCommit, deal: Deal | undefined, moment: PostingMoment): CommitStep => {
  if (!deal || deal.status === 'closed' || deal.defaulted) return 'lost';
  if (deal.number >= awaited.number) return 'held';
  if (moment.now > awaited.validUntil) return 'renew';
  return isLate(awaited, moment) ? 'post' : 'wait';
};
