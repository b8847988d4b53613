import type { DealId } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import { currentPeriod } from '../current-period.js';
import type { FailureList } from '../failure-list.js';
import { expireChallenges } from './challenges.js';
import { chainDeals, readDeals, type KnownDeal } from './deal-book.js';
import { adoptOpenings } from './open-deals.js';
import { reconcileDeals } from './reconcile.js';

/** What a task begins with that changes deals. */
export interface DealsInOrder {
  /** All deals, as they were found. */
  readonly known: readonly KnownDeal[];
  /** Those whose challenges were made to expire: nobody had answered in time. */
  readonly expired: readonly DealId[];
}

/** Takes over what was opened and signed before, has challenges expire that nobody answered in time, and takes in what other machines changed. Whoever cannot be asked is added to `failures`. */
export const bringInOrder = async (context: RenterContext, failures: FailureList, signal?: AbortSignal): Promise<DealsInOrder> => {
  await adoptOpenings(context, await currentPeriod(context.settlement.agreed, signal), signal);
  const known = await readDeals(context, signal);
  const deals = new Map(chainDeals(known));
  const expired = await expireChallenges(context, deals.values(), failures, signal);
  for (const id of expired) deals.delete(id);
  await reconcileDeals(context, deals, failures, signal);
  await context.catchUp(failures, signal);
  return { known, expired };
};
