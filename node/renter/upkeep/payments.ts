import { wei, type Wei } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import type { Renewal } from './decide-renewal.js';

/** The days that a budget is for, as milliseconds. */
const BUDGET_MILLISECONDS = 30 * 86_400_000;

/** What is left of a budget for 30 days; forgets what was paid before. */
export const budgetLeft = async ({ catalogue, clock }: RenterContext, budget: Wei): Promise<Wei> => {
  const since = clock.now() - BUDGET_MILLISECONDS;
  let paid = 0n;
  for await (const payment of catalogue.payments()) {
    if (payment.at < since) await catalogue.dropPayment(payment);
    else paid += payment.amount;
  }
  return wei(paid < budget ? budget - paid : 0n);
};

/** Counts a deposit before it is made: one that ended with nobody told is counted all the same. */
export const countPayment = ({ catalogue, clock }: RenterContext, { deal, deposit }: Renewal): Promise<void> =>
  catalogue.putPayment({ deal: deal.id, from: deal.end, amount: deposit, at: clock.now() });
