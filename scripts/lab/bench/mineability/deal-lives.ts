import type { DealId } from '../../../../node/core/units.js';
import type { Chance } from '../../staging/chance.js';
import type { BenchMarket, Change } from '../market/market.js';
import type { BenchProver } from '../market/prover.js';
import type { DealActs } from './deal-acts.js';
import type { DealRoster, RosterDeal } from './deal-roster.js';

/** Periods with a proof in which the provider grows to a number of deals. */
const ROUNDS = 8;
/** Most deals of a round that are forfeited, left or cancelled, and half of those challenged: each is a transaction of its own. */
const MOST = 6;
/** Sectors that deals hold: a quarter, a half or all of a GiB, every second deal all of it. */
const SIZES = [64, 128, 256, 256] as const;
/** How likely it is that periods are missed before a round. */
const MISSING = 0.3;

/** Who and what a provider's deals live through. */
export interface DealLives {
  /**
   * Plays periods until the provider has `count` deals with data, which share the fates that chance gives them. Some are
   * challenged then, some left, some over and not closed.
   */
  growTo(count: number): Promise<void>;
}

export const createDealLives = (
  market: BenchMarket,
  prover: BenchProver,
  roster: DealRoster,
  acts: DealActs,
  chance: Chance,
): DealLives => {
  const { noticePeriods, windowBlocks, maxMisses } = market.parameters;
  const few = (): number => Math.min(MOST, Math.ceil(roster.deals().length / 20));
  const free = (): readonly RosterDeal[] => roster.deals().filter(({ challenged }) => !challenged);
  /** Deals that are paid for beyond `period`, and of which nobody has given notice. */
  const going = (period: number): readonly RosterDeal[] =>
    free().filter(({ end, maxEnd }) => end > period && maxEnd > period + 2 * noticePeriods);
  /** Up to `count` of the deals, drawn by lot. */
  const some = (count: number, deals: readonly RosterDeal[]): readonly DealId[] =>
    deals
      .map(({ id }) => ({ id, lot: chance.unit() }))
      .sort((a, b) => a.lot - b.lot)
      .slice(0, count)
      .map(({ id }) => id);
  /** Some size for each; one in four has a short term and comes to its end soon. */
  const changes = (deals: readonly DealId[]): readonly Change[] =>
    deals.map(() => ({
      set: prover.setOf(chance.pick(SIZES)),
      term: chance.hit(0.25) ? 3 + chance.below(6) : 60 + chance.below(90),
    }));

  /** Goes to the next period that is proven. */
  const goOn = async (): Promise<number> => {
    if (roster.deals().length === 0) await market.goTo((await market.now()) + 1, 1);
    else {
      if (chance.hit(MISSING)) await acts.miss(1 + chance.below(maxMisses - 2));
      await prover.proveNext(roster.draw);
    }
    return market.now();
  };
  const endSome = async (period: number): Promise<void> => {
    const over = free().filter(({ end }) => end <= period + 1 && chance.hit(0.75));
    await acts.close(over.map(({ id }) => id));
    await acts.forfeit(some(few(), free()));
    await acts.leave(some(few(), going(period)));
    await acts.cancel(await acts.open(few()));
  };
  const playRound = async (target: number): Promise<void> => {
    const period = await goOn();
    // After misses it is too late: the seeds of older challenges may not be on record.
    const recent = [...acts.challenges].filter(([, challenged]) => challenged === period - 1);
    await acts.answer(recent.filter(() => chance.hit(0.5)).map(([deal]) => deal));
    await market.goTo(period, windowBlocks);
    await acts.expire([...acts.challenges.keys()]);
    await endSome(period);
    const renewed = some(Math.ceil(roster.deals().length / 20), going(period));
    await acts.renew(renewed, changes(renewed));
    const begun = await acts.open(Math.max(0, target - roster.deals().length));
    await acts.begin(begun, changes(begun));
    const long = free().filter(({ end }) => end >= period + 2);
    await acts.challenge(some(2 * few(), long));
    if ((await market.now()) !== period) throw new Error(`there was more to do in period ${period} than it has blocks for`);
  };

  return {
    growTo: async (count) => {
      const before = roster.deals().length;
      for (let round = 1; round <= ROUNDS; round++) await playRound(before + Math.ceil(((count - before) * round) / ROUNDS));
    },
  };
};
