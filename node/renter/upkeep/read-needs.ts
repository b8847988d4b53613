import type { Wei } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import { actsAsRenter } from '../deals/require-wallet.js';
import { createBudget } from './budget.js';
import { isNear } from './decide-announcing.js';
import { decideNeeds, periodsWithin, type Means, type Pace } from './decide-needs.js';
import type { Need } from './needs.js';
import { planRenewal, type RenewOptions } from './renew-deals.js';

export interface NeedsOptions extends Pick<RenewOptions, 'ahead' | 'periods' | 'budget' | 'signal'> {
  /** Milliseconds before it is too late from which on something counts. */
  readonly announceAhead: number;
}

const readMeans = async (context: RenterContext, budget: Wei | undefined, signal?: AbortSignal): Promise<Means> => {
  const { settlement } = context;
  const { account, agreed } = settlement;
  const [{ coin, token }, feeCap] = await Promise.all([agreed.balances(account, signal), settlement.feeCap(signal)]);
  const left = await createBudget(context, budget).left();
  return { account, coin, feeCap, budget: left, ...(!actsAsRenter(context) && { purse: token }) };
};

const paceOf = async ({ settlement, clock, blockMilliseconds }: RenterContext, signal?: AbortSignal): Promise<Pace> => {
  const { genesisBlock, parameters, agreed } = settlement;
  const { block } = await agreed.head(signal);
  return { block, now: clock.now(), genesis: genesisBlock, parameters, blockMilliseconds };
};

/** What the deals that hold stored files need of a person within `announceAhead`, as things stand. */
export const readNeeds = async (context: RenterContext, options: NeedsOptions): Promise<readonly Need[]> => {
  const { announceAhead, budget, signal } = options;
  const pace = await paceOf(context, signal);
  const horizon = Math.max(options.ahead, periodsWithin(announceAhead, pace));
  const plan = await planRenewal(context, { ...options, horizon });
  const needs = decideNeeds(plan, await readMeans(context, budget, signal), pace);
  return needs.filter((need) => isNear(need, pace.now, announceAhead));
};
