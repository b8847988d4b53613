import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { period, type DealId, type Wei } from '../../core/units.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { bringInOrder } from '../deals/bring-in-order.js';
import type { KnownDeal } from '../deals/deal-book.js';
import type { FailureList } from '../failure-list.js';
import { freshAttempt } from '../fresh-id.js';
import type { Quote } from '../homes/quote.js';
import { createAgreement } from './agreement.js';
import type { HomesTerms } from './fill-columns.js';

/** On what terms something is stored, and for how long. */
export interface PlacingOptions extends TaskOptions {
  /** Data shards. Default 4. */
  readonly k?: number;
  /** All shards, each at a provider of its own. Default 6. */
  readonly n?: number;
  /** Bytes of later files that new deals have room for. Default: as much as this, as far as a deal takes it. */
  readonly room?: number;
  /** Bytes of room for files that are put after this in the same run: new deals have it, and the quote is that of all. Default: 0. */
  readonly following?: number;
  /** Periods that new deals are paid for. */
  readonly periods: number;
  /** Periods that a deal which is there must still last to be used. Default: half of `periods`. */
  readonly minPeriods?: number;
  /** Most token wei per GiB and 30 days that any provider may ask. */
  readonly maxPrice?: Wei;
  /** Most token wei per GiB read that any provider may ask. */
  readonly maxEgressPrice?: Wei;
  /** How often new deals can pay for a read of all their room, at no price for egress nothing. Default 1. */
  readonly reads?: number;
  /** Hears the quote and says whether to go on, before anything is paid. */
  readonly confirm?: (quote: Quote) => Promise<boolean>;
}

/** Data shards and all shards, the defaults where nothing was said. */
export const shapeOf = ({ k = 4, n = 6 }: Pick<PlacingOptions, 'k' | 'n'>): { readonly k: number; readonly n: number } => ({ k, n });

/** A deal must outlast the period it is opened in, the next, and one more for a late commit. */
const MIN_PERIODS = 3;

/** PERIODS_TOO_FEW for deals that would end before anything in them counts. */
export const requirePeriods = (periods: number): void => {
  if (periods < MIN_PERIODS) throw new HoldfastError('PERIODS_TOO_FEW', { periods, min: MIN_PERIODS });
};

/** What the placing of all n shards begins with: its terms, and the deals as they are. */
export interface BegunPlacing {
  readonly terms: HomesTerms;
  readonly known: ReadonlyMap<DealId, KnownDeal>;
}

export const beginPlacing = async (
  context: RenterContext,
  { periods, minPeriods = Math.floor(periods / 2), maxPrice, maxEgressPrice, reads, confirm, signal, report }: PlacingOptions,
  n: number,
  failures: FailureList,
): Promise<BegunPlacing> => {
  const now = await currentPeriod(context.settlement.agreed, signal);
  const { known } = await bringInOrder(context, failures, signal);
  const attempt = freshAttempt();
  const terms: HomesTerms = {
    excluded: new Set(),
    maxEnd: period(now + periods + 1),
    until: period(now + Math.max(minPeriods, 2)),
    maxPrice,
    maxEgressPrice,
    reads,
    shards: new Map(Array.from({ length: n }, (_, shard) => [shard, attempt])),
    agreement: createAgreement({ confirm, report }),
    answers: { failures, declined: new Map() },
  };
  return { terms, known: new Map(known.map((one) => [one.deal.id, one])) };
};
