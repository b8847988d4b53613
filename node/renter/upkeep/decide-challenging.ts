import type { Deal } from '../../core/market/deal.js';
import { wei, type Period, type Wei } from '../../core/units.js';
import { checkChallenge } from '../deals/decide-challenge.js';
import type { KnownDeal } from '../deals/deal-book.js';
import { isProving } from '../homes/choose-providers.js';

/** A deal whose provider did not give back what it should hold, so many probes in a row. */
export interface DoubtedDeal extends KnownDeal {
  readonly times: number;
  /** Code of what it said last. */
  readonly check: string;
  /** Token wei that a challenge takes. */
  readonly bond: Wei;
  /** Whether it was challenged within the days of a budget. */
  readonly challengedLately: boolean;
}

export interface ChallengingSnapshot {
  readonly doubted: readonly DoubtedDeal[];
  readonly now: Period;
  /** Probes in a row that make a deal look bad. */
  readonly probes: number;
  /** Token wei that bonds may cost now. */
  readonly budget: Wei;
}

/** A deal that is to prove its data, for a bond. */
export interface WantedChallenge {
  readonly deal: Deal;
  readonly bond: Wei;
  readonly times: number;
  readonly check: string;
}

export interface ChallengingPlan {
  readonly challenge: readonly WantedChallenge[];
  /** Those that the budget does not have the bond for. */
  readonly unaffordable: readonly WantedChallenge[];
}

/** Whether a challenge says anything that audits do not, and the contract takes one. */
const isWorthIt = ({ deal, sheet, times, challengedLately }: DoubtedDeal, { now, probes }: ChallengingSnapshot): boolean =>
  times >= probes && !challengedLately && isProving(sheet) && checkChallenge(deal, now) === undefined;

/**
 * Pure: which deals are challenged. A provider that proves by its audits and gives nothing back has to prove this deal alone: it answers, or its
 * collateral pays. One that misses audits is punished for that already. Those with the most collateral come first.
 */
export const decideChallenging = (snapshot: ChallengingSnapshot): ChallengingPlan => {
  const challenge: WantedChallenge[] = [];
  const unaffordable: WantedChallenge[] = [];
  let left: bigint = snapshot.budget;
  const due = snapshot.doubted.filter((one) => isWorthIt(one, snapshot));
  for (const { deal, bond, times, check } of due.toSorted((a, b) => (a.deal.weight < b.deal.weight ? 1 : -1))) {
    const fits = bond <= left;
    if (fits) left = wei(left - bond);
    (fits ? challenge : unaffordable).push({ deal, bond, times, check });
  }
  return { challenge, unaffordable };
};
