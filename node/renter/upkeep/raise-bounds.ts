import { period, type DealId, type Period } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { readDeals } from '../deals/deal-book.js';
import { requireWallet } from '../deals/require-wallet.js';

/** A deal that may be renewed up to `maxEnd` now without the wallet. */
export interface RaisedBound {
  readonly deal: DealId;
  readonly from: Period;
  readonly maxEnd: Period;
}

/**
 * Lets the deals that hold stored files be renewed up to `periods` periods from now by whoever has the session key: it raises no amount that may
 * be taken of them, and what renewing costs has to be paid in. A bound that is as far already stays. WALLET_NEEDED.
 */
export const raiseBounds = async (
  context: RenterContext,
  { periods, signal }: { readonly periods: number; readonly signal?: AbortSignal | undefined },
): Promise<readonly RaisedBound[]> => {
  requireWallet(context, 'raising the bounds of deals');
  const { settlement, catalogue } = context;
  const maxEnd = period((await currentPeriod(settlement.agreed, signal)) + periods + 1);
  const raised: RaisedBound[] = [];
  for (const { deal } of await readDeals(context, signal)) {
    const lives = deal.status === 'active' && deal.defaulted === undefined;
    if (!lives || deal.maxEnd >= maxEnd || !(await catalogue.isUsed(deal.id))) continue;
    const { id, maxLeaves, maxEgress } = deal;
    await settlement.submit({ kind: 'setBounds', deal: id, maxEnd, maxLeaves, maxEgress }, signal ? { signal } : {});
    raised.push({ deal: id, from: deal.maxEnd, maxEnd });
  }
  return raised;
};
