import type { ReaderSession } from '../../app/wallet-session.js';
import { firstBlockOf, periodAt } from '../../core/market/schedule.js';
import type { Period } from '../../core/units.js';

/** Where the chain stands in the schedule. */
export interface Moment {
  readonly now: Period;
  /** Milliseconds until the first block of `period`, as the network means its blocks to come; none once it is there. */
  untilPeriod(period: Period): number;
}

export const momentOf = async ({ reader, book }: ReaderSession, signal: AbortSignal): Promise<Moment> => {
  const { block } = await reader.head(signal);
  const { genesisBlock, parameters } = reader;
  return {
    now: periodAt(block, genesisBlock, parameters.periodBlocks),
    untilPeriod: (period) => Math.max(0, firstBlockOf(period, genesisBlock, parameters.periodBlocks) - block) * book.blockMilliseconds,
  };
};
