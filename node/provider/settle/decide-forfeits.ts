import type { Deal } from '../../core/market/deal.js';
import type { DealId } from '../../core/units.js';
import type { ProviderDeal } from '../../ports/journal.js';
import type { DealView } from './decide-settlement.js';

/** Whether the journal holds the revision that the chain has, so that the deal's data can be proven. True of a deal without one. */
export const isSigned = ({ number, root }: Pick<Deal, 'number' | 'root'>, kept: Pick<ProviderDeal, 'revisions'> | undefined): boolean =>
  number === 0n || (kept?.revisions ?? []).some(({ revision }) => revision.number === number && revision.root === root);

/** Active deals whose data on chain this provider has not signed for: it can prove none of it. */
export const unsignedDeals = (views: readonly DealView[]): Deal[] =>
  views.filter(({ deal, signed }) => deal.status === 'active' && deal.defaulted === undefined && !signed).map(({ deal }) => deal);

/**
 * Deals to give up at once (R7): somebody else has signed with the operator's key, and each draw that falls on them is a miss, which
 * costs collateral of all deals. Only those that became so while this daemon watched, `before` being those that it found when it
 * began: a journal that was lost or restored must not give everything up by itself.
 */
export const decideForfeits = (views: readonly DealView[], before: ReadonlySet<DealId>): Deal[] =>
  unsignedDeals(views).filter(({ id }) => !before.has(id));
