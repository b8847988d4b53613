import type { Outcome } from './play.js';
import type { Strategy } from './strategy.js';

/** Mean and standard error of a figure over several plays. */
export interface Estimate {
  readonly mean: number;
  readonly error: number;
}

/** What a strategy brings a period, in periods of the honest renters' whole rent. */
export interface Summary {
  readonly strategy: Strategy;
  readonly plays: number;
  /** Over what the same provider would have had honestly. */
  readonly profit: Estimate;
  /** Rent of the data not kept. */
  readonly saved: number;
  /** A period. */
  readonly misses: number;
  /** Share of the plays that ended in a default. */
  readonly defaults: number;
}

export const estimate = (values: readonly number[]): Estimate => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: values.length < 2 ? Infinity : Math.sqrt(square / (values.length - 1) / values.length) };
};

/** Sums up plays of one strategy, each of `periods`, against the honest provider's. */
export const summarize = (strategy: Strategy, outcomes: readonly Outcome[], honest: Outcome, periods: number): Summary => {
  const each = (figure: (outcome: Outcome) => number): Estimate => estimate(outcomes.map((outcome) => figure(outcome) / periods));
  return {
    strategy,
    plays: outcomes.length,
    profit: each(({ gained, saved, badLuck }) => gained + saved + badLuck - honest.gained),
    saved: each(({ saved }) => saved).mean,
    misses: each(({ misses }) => misses).mean,
    defaults: periods * each(({ defaulted }) => (defaulted ? 1 : 0)).mean,
  };
};

/** Standard errors beyond which a mean is no accident: one in 30,000. */
const NOISE = 4;
/** What floating point may leave of nothing. */
const NOTHING = 1e-9;

/** Whether the strategy earns more than honesty, beyond noise. */
export const profits = ({ profit }: Summary): boolean => profit.mean - NOISE * profit.error > NOTHING;

/** What a strategy is ranked by: profit for each rent that it saved; for each miss if it saved nothing. */
export const rank = ({ profit, saved, misses }: Summary): number => profit.mean / (saved > 0 ? saved : Math.max(misses, NOTHING));
