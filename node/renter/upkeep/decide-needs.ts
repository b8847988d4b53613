import { firstBlockOf } from '../../core/market/schedule.js';
import type { MarketParameters } from '../../core/market/deal.js';
import { gasWei, wei, type Address, type BlockNumber, type GasWei, type Period, type Wei } from '../../core/units.js';
import type { RenewalPlan, UnrenewedDeal } from './decide-renewal.js';
import type { Need } from './needs.js';

/** When blocks come, as the network means it. */
export interface Pace {
  /** Newest block, and when that is, milliseconds since 1970. */
  readonly block: BlockNumber;
  readonly now: number;
  readonly genesis: BlockNumber;
  readonly parameters: Pick<MarketParameters, 'periodBlocks'>;
  readonly blockMilliseconds: number;
}

/** When a deal that is over in `end` can be renewed no more, about: its last paid period begins. */
export const dueAt = (end: Period, { block, now, genesis, parameters, blockMilliseconds }: Pace): number =>
  now + (firstBlockOf(end - 1, genesis, parameters.periodBlocks) - block) * blockMilliseconds;

/** Periods that begin within so many milliseconds, rounded up. */
export const periodsWithin = (milliseconds: number, { parameters, blockMilliseconds }: Omit<Pace, 'block' | 'now' | 'genesis'>): number => {
  const each = parameters.periodBlocks * blockMilliseconds;
  return Math.ceil(milliseconds / each) + 1;
};

/** Gas that a few deposits, with what they need, take. */
const GAS_AHEAD = 3_000_000n;

/** What pays for looking after files. */
export interface Means {
  readonly account: Address;
  readonly coin: GasWei;
  /** The most that a unit of gas costs. */
  readonly feeCap: GasWei;
  /** Token wei of the purse; undefined where the wallet itself pays. */
  readonly purse?: Wei | undefined;
  /** Token wei that the budget has left; undefined without one. */
  readonly budget?: Wei | undefined;
}

const moneyNeed = (unpaid: readonly UnrenewedDeal[], planned: bigint, { purse, budget }: Means, pace: Pace): Need[] => {
  const ends = unpaid.map(({ deal }) => deal.end);
  const end = ends.toSorted((a, b) => a - b)[0];
  if (end === undefined) return [];
  const needed = planned + unpaid.reduce((sum, { deposit }) => sum + deposit, 0n);
  const lacks = purse !== undefined && (budget === undefined || purse < budget) ? 'purse' : 'budget';
  const there = (lacks === 'purse' ? purse : budget) ?? 0n;
  const missing = wei(needed > there ? needed - there : 0n);
  return [{ kind: 'money', id: `money of ${lacks}`, deals: unpaid.length, end, missing, lacks, due: dueAt(end, pace) }];
};

/** Pure: what the renewals of `plan` leave to a person, and the coin that is missing. Deals that a challenge pins wait for its end. */
export const decideNeeds = ({ renew, unrenewed }: RenewalPlan, means: Means, pace: Pace): readonly Need[] => {
  const planned = renew.reduce((sum, { deposit }) => sum + deposit, 0n);
  const needed = gasWei(GAS_AHEAD * means.feeCap);
  const stuck = unrenewed.flatMap(({ deal, reason }): Need[] => {
    const { id, provider, end } = deal;
    if (reason === 'challenged' || reason === 'over-budget') return [];
    const due = dueAt(end, pace);
    if (reason === 'bound' || reason === 'paid-elsewhere') return [{ kind: 'bound', id: `bound of ${id}`, deal: id, provider, end, due }];
    return [{ kind: 'move', id: `move of ${id}`, deal: id, provider, end, reason, due }];
  });
  const unpaid = unrenewed.filter(({ reason }) => reason === 'over-budget');
  const coin: Need[] =
    means.coin < needed ? [{ kind: 'coin', id: `coin of ${means.account}`, account: means.account, coin: means.coin, needed }] : [];
  return [...coin, ...moneyNeed(unpaid, planned, means, pace), ...stuck];
};
