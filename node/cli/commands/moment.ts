import type { ReaderSession } from '../../app/wallet-session.js';
import { systemClock } from '../../app/clock.js';
import { showDay } from '../amounts.js';
import { firstBlockOf, periodAt } from '../../core/market/schedule.js';
import type { Period } from '../../core/units.js';

/** Where the chain stands in the schedule. */
export interface Moment {
  readonly now: Period;
  /** How long a period lasts, as the chain's blocks come. */
  readonly periodMilliseconds: number;
  /** Milliseconds until the first block of `period`; none once it is there. */
  untilPeriod(period: Period): number;
  /** The day of that block: "2027-02-28". */
  dayOf(period: Period): string;
}

/** The day on which `period` begins, where it is period `now` at `milliseconds` since 1970 and one lasts `periodMilliseconds`. */
export const dayOfPeriod = (period: Period, pace: Pick<Moment, 'now' | 'periodMilliseconds'>, milliseconds: number): string =>
  showDay(milliseconds + Math.max(0, period - pace.now) * pace.periodMilliseconds);

export const momentOf = async (session: Pick<ReaderSession, 'reader' | 'blockMilliseconds'>, signal: AbortSignal): Promise<Moment> => {
  const { reader } = session;
  const [{ block }, blockMilliseconds] = await Promise.all([reader.head(signal), session.blockMilliseconds()]);
  const { genesisBlock, parameters } = reader;
  const untilPeriod = (period: Period): number =>
    Math.max(0, firstBlockOf(period, genesisBlock, parameters.periodBlocks) - block) * blockMilliseconds;
  return {
    now: periodAt(block, genesisBlock, parameters.periodBlocks),
    periodMilliseconds: parameters.periodBlocks * blockMilliseconds,
    untilPeriod,
    dayOf: (period) => showDay(systemClock.now() + untilPeriod(period)),
  };
};
