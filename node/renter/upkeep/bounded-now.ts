import type { RenterContext } from '../context.js';

/** How far this machine's clock may be from the newest block's, milliseconds: a chain of a test network may rest for long. */
const TRUSTED = 86_400_000;

/**
 * Milliseconds since 1970 by this machine's clock, but not more than a day from the newest block: what may be spent in 30 days, and what was begun and is
 * gone on with, must not be forgotten by a clock that is wrong by weeks, nor kept for ever.
 */
export const boundedNow = async (
  { clock, settlement }: Pick<RenterContext, 'clock' | 'settlement'>,
  signal?: AbortSignal,
): Promise<number> => {
  const head = (await settlement.agreed.head(signal)).timestamp * 1000;
  return Math.min(Math.max(clock.now(), head - TRUSTED), head + TRUSTED);
};
