import { blockNumber, type BlockNumber } from '../units.js';

/** How fast a chain's blocks come, measured by the times they carry. */

/** Blocks from one that is looked at to the next, and how many such intervals: the median of them is the pace. */
const INTERVAL_BLOCKS = 256;
const INTERVALS = 9;

/** How far the newest block may be ahead of this machine's clock, milliseconds, before its times are no measure: nodes take blocks up to 15 s ahead. */
const AHEAD_MILLISECONDS = 15_000;

/** How many times faster or slower than a network means it its blocks may come and be believed: one RPC tells it, and the most that is paid a month goes by it. */
const BELIEVED = 2;

/** Part of the pace by which a measurement has to differ before it replaces the one before, so that prices that were said stay as they were. */
const STEADY = 0.005;

/** A block and its time, seconds since 1970. */
export interface BlockTime {
  readonly block: BlockNumber;
  readonly timestamp: number;
}

/** The blocks whose times tell the pace, the newest first; none of a chain that is too young for it. */
export const paceBlocks = (head: BlockNumber): readonly BlockNumber[] =>
  head < INTERVAL_BLOCKS * INTERVALS ? [] : Array.from({ length: INTERVALS + 1 }, (_, i) => blockNumber(head - i * INTERVAL_BLOCKS));

/**
 * Milliseconds between two blocks by the times of {@link paceBlocks} at `now` (milliseconds since 1970): the median of the intervals' means.
 * Undefined where they tell nothing: too few, standing still, or of a chain that runs ahead of the clock, as those do that are moved on by hand.
 */
export const measurePace = (times: readonly BlockTime[], now: number): number | undefined => {
  const [newest] = times;
  if (newest === undefined || times.length <= INTERVALS || newest.timestamp * 1_000 > now + AHEAD_MILLISECONDS) return undefined;
  const means = times.slice(1).map(({ block, timestamp }, i) => {
    const later = times[i] as BlockTime;
    return ((later.timestamp - timestamp) * 1_000) / (later.block - block);
  });
  const median = Math.round(means.sort((a, b) => a - b)[Math.floor(means.length / 2)] as number);
  return median >= 1 ? median : undefined;
};

/** The pace to go by: `before`, unless what was measured differs by more than half a percent. Milliseconds. */
export const steadyPace = (before: number, measured: number | undefined): number =>
  measured === undefined || Math.abs(measured - before) <= STEADY * before ? before : measured;

/** What was measured, where a network that means `meant` can have that pace; undefined where whoever told it lies, or has another chain. Milliseconds. */
export const believedPace = (meant: number, measured: number | undefined): number | undefined =>
  measured !== undefined && measured >= meant / BELIEVED && measured <= meant * BELIEVED ? measured : undefined;
