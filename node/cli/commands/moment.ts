import type { ReaderSession } from '../../app/wallet-session.js';
import { systemClock } from '../../app/clock.js';
import { showDay } from '../amounts.js';
import { firstBlockOf, periodAt } from '../../core/market/schedule.js';
import type { Period } from '../../core/units.js';

/** Where the chain stands in the schedule. */
export interface Moment {
  readonly now: Period;
  /** Milliseconds until the first block of `period`, as the network means its blocks to come; none once it is there. */
  untilPeriod(period: Period): number;
  /** The day of that block: "2027-02-28". */
  dayOf(period: Period): string;
}

export const momentOf = async ({ reader, book }: ReaderSession, signal: AbortSignal): Promise<Moment> => {
  const { block } = await reader.head(signal);
  const { genesisBlock, parameters } = reader;
  const untilPeriod = (period: Period): number =>
    Math.max(0, firstBlockOf(period, genesisBlock, parameters.periodBlocks) - block) * book.blockMilliseconds;
  return {
    now: periodAt(block, genesisBlock, parameters.periodBlocks),
    untilPeriod,
    dayOf: (period) => showDay(systemClock.now() + untilPeriod(period)),
  };
};
