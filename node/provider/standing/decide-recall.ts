import type { Deal, MarketParameters } from '../../core/market/deal.js';
import { offsetAt, periodAt } from '../../core/market/schedule.js';
import type { BlockNumber, Period } from '../../core/units.js';

export interface RecallFacts {
  /** As it was in block `block`. */
  readonly deal: Pick<Deal, 'status' | 'end' | 'defaulted'>;
  readonly block: BlockNumber;
  /** When that was read, and now: milliseconds since 1970. */
  readonly readAt: number;
  readonly now: number;
  /** Between two blocks, as the network means it. */
  readonly blockMilliseconds: number;
  readonly genesisBlock: BlockNumber;
  readonly parameters: Pick<MarketParameters, 'periodBlocks'>;
  /** Most periods for which a deal counts as it was read. */
  readonly periods: number;
}

/** When the reader is, as far as the clock tells. */
export interface RecalledMoment {
  readonly period: Period;
  /** Blocks since the first of the period. */
  readonly offset: number;
}

/** Whether a deal still counts as it was read, while no RPC answers: with data, before its end as known, for so many periods. */
export const decideRecall = (facts: RecallFacts): RecalledMoment | undefined => {
  const { deal, block, readAt, now, blockMilliseconds, genesisBlock, parameters, periods } = facts;
  if (deal.status !== 'active' || deal.defaulted !== undefined) return undefined;
  const passed = Math.ceil(Math.max(0, now - readAt) / blockMilliseconds);
  const period = periodAt(block + passed, genesisBlock, parameters.periodBlocks);
  if (period >= deal.end || period > periodAt(block, genesisBlock, parameters.periodBlocks) + periods) return undefined;
  return { period, offset: offsetAt(block + passed, genesisBlock, parameters.periodBlocks) };
};
