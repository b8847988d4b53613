import { wei, type Wei } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import { boundedNow } from './bounded-now.js';
import { paidSince } from './payments.js';

/** The days that a budget is for, as milliseconds. */
const BUDGET_MILLISECONDS = 30 * 86_400_000;

/** What looking after files may cost within 30 days, and did: renewals, new deals and bonds together. */
export interface Budget {
  /** Token wei that may still be spent; undefined without a limit. */
  left(): Promise<Wei | undefined>;
  /**
   * Records what is about to be spent for `id`, in the place of what was recorded for it before: a run that is killed then counts it although it
   * may not have been paid, and never pays it uncounted.
   */
  take(id: string, amount: Wei): Promise<void>;
}

type BudgetParts = Pick<RenterContext, 'catalogue' | 'clock' | 'settlement'>;

/** Token wei spent beside renewals within the days of a budget; forgets what was spent before. */
const spentSince = async ({ catalogue: { spendings } }: Pick<BudgetParts, 'catalogue'>, since: number): Promise<Wei> => {
  let spent = 0n;
  for await (const spending of spendings.all()) {
    if (spending.at < since) await spendings.drop(spending);
    else spent += spending.amount;
  }
  return wei(spent);
};

/** A budget of `limit` token wei within 30 days. */
export const createBudget = (parts: BudgetParts, limit: Wei | undefined): Budget => {
  const { spendings } = parts.catalogue;
  return {
    left: async () => {
      const since = (await boundedNow(parts)) - BUDGET_MILLISECONDS;
      const spent = (await paidSince(parts, since)) + (await spentSince(parts, since));
      if (limit === undefined) return undefined;
      return wei(spent < limit ? limit - spent : 0n);
    },
    take: async (id, amount) =>
      amount === 0n ? await spendings.drop({ id }) : await spendings.put({ id, amount, at: await boundedNow(parts) }),
  };
};
