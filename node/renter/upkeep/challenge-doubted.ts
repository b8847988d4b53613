import { asError } from '../../core/errors/coded.js';
import { wei, type Wei } from '../../core/units.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { challengeDeal } from '../deals/challenges.js';
import { readDeals } from '../deals/deal-book.js';
import { isFinal } from '../deals/is-final.js';
import { createBudget } from './budget.js';
import { decideChallenging, type ChallengingPlan, type DoubtedDeal, type WantedChallenge } from './decide-challenging.js';

export interface ChallengeOptions extends TaskOptions {
  /** Probes in a row that make a deal look bad. */
  readonly probes: number;
  /** Most token wei to be spent within 30 days. */
  readonly budget: Wei;
  /** Decides, and does nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface ChallengeResult extends ChallengingPlan {
  /** False of a dry run. */
  readonly performed: boolean;
  readonly failed: readonly (WantedChallenge & { readonly error: Error })[];
}

/** What a bond is recorded as, so that a deal is challenged once in the days of a budget. */
const bondOf = (deal: string): string => `bond of ${deal}`;

const doubtedDeals = async (context: RenterContext, probes: number, signal?: AbortSignal): Promise<DoubtedDeal[]> => {
  const { catalogue, settlement } = context;
  const doubted: DoubtedDeal[] = [];
  for (const known of await readDeals(context, signal)) {
    const { id } = known.deal;
    const doubt = await catalogue.doubts.at({ deal: id });
    if (doubt === undefined || doubt.times < probes) continue;
    const challengedLately = (await catalogue.spendings.at({ id: bondOf(id) })) !== undefined;
    doubted.push({ ...known, ...doubt, deal: known.deal, bond: await settlement.agreed.bondOf(id, signal), challengedLately });
  }
  return doubted;
};

/**
 * Challenges deals whose providers prove and give nothing back, each once in 30 days and within the budget. The bond is recorded before it is
 * paid; what does not come to a challenge is not counted. One deal's failure is no other's.
 */
export const challengeDoubted = async (context: RenterContext, options: ChallengeOptions): Promise<ChallengeResult> => {
  const { probes, signal, dryRun } = options;
  const budget = createBudget(context, options.budget);
  const now = await currentPeriod(context.settlement.agreed, signal);
  const left = (await budget.left()) ?? wei(0n);
  const plan = decideChallenging({ doubted: await doubtedDeals(context, probes, signal), now, probes, budget: left });
  if (dryRun) return { performed: false, ...plan, failed: [] };
  const challenge: WantedChallenge[] = [];
  const failed: (WantedChallenge & { error: Error })[] = [];
  for (const wanted of plan.challenge) {
    const { id } = wanted.deal;
    await budget.take(bondOf(id), wanted.bond);
    let isSent = false;
    try {
      const { bond } = await challengeDeal(context, id, { ...options, onSent: () => void (isSent = true) });
      await budget.take(bondOf(id), bond);
      challenge.push({ ...wanted, bond });
    } catch (error) {
      signal?.throwIfAborted();
      // What was sent and not refused may be mined yet.
      const isOver = !isSent || isFinal(error);
      if (isOver && (await context.settlement.agreed.challengeOf(id, signal)) === undefined) await budget.take(bondOf(id), wei(0n));
      failed.push({ ...wanted, error: asError(error) });
    }
  }
  return { performed: true, ...plan, challenge, failed };
};
