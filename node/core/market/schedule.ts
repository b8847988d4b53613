import type { MarketParameters } from './deal.js';
import { blockNumber, period, type BlockNumber, type Period, type Weight } from '../units.js';

/** A moment at a provider: all that rule R2 looks at. */
export interface ProviderMoment {
  readonly block: number;
  /** First block of period 1. */
  readonly genesis: number;
  readonly parameters: Pick<MarketParameters, 'periodBlocks' | 'windowBlocks'>;
  /** T: sum of the weights in the provider's tree. */
  readonly total: Weight;
  readonly lastProven: Period;
}

/** Period of `block`: 1 + ⌊(block − genesis) / P⌋. RangeError before genesis. */
export const periodAt = (block: number, genesis: number, periodBlocks: number): Period => {
  if (block < genesis) throw new RangeError(`block must be ${genesis} or later, not ${block}`);
  return period(1 + Math.floor((block - genesis) / periodBlocks));
};

/** S(p), the first block of `p`, which counts from 1. */
export const firstBlockOf = (p: number, genesis: number, periodBlocks: number): BlockNumber =>
  blockNumber(genesis + (p - 1) * periodBlocks);

/** Blocks since the first one of the period that `block` lies in. */
export const offsetAt = (block: number, genesis: number, periodBlocks: number): number => {
  if (block < genesis) throw new RangeError(`block must be ${genesis} or later, not ${block}`);
  return (block - genesis) % periodBlocks;
};

/** Last decided period of the provider (R2): the current one once proven, after the window, or with nothing stored. */
export const decided = (moment: ProviderMoment): Period => {
  const now = periodAt(moment.block, moment.genesis, moment.parameters.periodBlocks);
  return frozen(moment) ? period(now - 1) : now;
};

/** Whether the provider's draw must not move (R2): T > 0, inside the window, this period not proven. */
export const frozen = ({ block, genesis, parameters, total, lastProven }: ProviderMoment): boolean =>
  total > 0n &&
  offsetAt(block, genesis, parameters.periodBlocks) < parameters.windowBlocks &&
  lastProven !== periodAt(block, genesis, parameters.periodBlocks);

/** Epoch of the reward pool that `p` lies in, counted from 0 (R11): ⌊(p − 1) / E⌋. */
export const epochOf = (p: number, epochPeriods: number): number => Math.floor((p - 1) / epochPeriods);

/** When a direct challenge can be answered (R8). */
export interface AnswerSpan {
  /** S(p+1), p being the period it was opened in: the block whose hash draws the samples. Answers count from the next one on. */
  readonly seeded: BlockNumber;
  /** S(p+1) + W: from here on anyone may make an unanswered one expire. */
  readonly expires: BlockNumber;
}

/** The span of a challenge opened in period `opened`. */
export const answerSpan = (
  opened: Period,
  genesis: number,
  { periodBlocks, windowBlocks }: Pick<MarketParameters, 'periodBlocks' | 'windowBlocks'>,
): AnswerSpan => {
  const seeded = firstBlockOf(opened + 1, genesis, periodBlocks);
  return { seeded, expires: blockNumber(seeded + windowBlocks) };
};
