import type { DealId } from '../../core/units.js';
import type { DealDoubt } from '../../ports/journal-faults.js';
import { unsignedDeals } from './decide-forfeits.js';
import type { DealView } from './decide-settlement.js';

/**
 * Deals of which the journal lacks what the chain holds, or what is known to have been signed, and that still go on: sectors that nothing
 * seems to name may be theirs. One that is closed, or whose provider defaulted, needs none any more.
 */
export const doubtfulDeals = (views: readonly DealView[], doubts: readonly DealDoubt[]): ReadonlySet<DealId> => {
  const over = new Set(views.filter(({ deal }) => deal.status === 'closed' || deal.defaulted !== undefined).map(({ deal }) => deal.id));
  const unsigned = unsignedDeals(views).map(({ id }) => id);
  return new Set([...unsigned, ...doubts.map(({ deal }) => deal).filter((id) => !over.has(id))]);
};
