import { LEAF_BYTES, MAX_LEAVES, MAX_PRICE, type Wei } from '../../core/units.js';
import { count, size, tokens } from '../amounts.js';
import type { OptionReader, ParameterSpec } from '../command.js';

/** Periods that new deals are paid for, unless told otherwise. */
export const DEFAULT_PERIODS = 90;
/** Most periods and bytes that a person can mean: well inside what a deal's fields hold. */
export const MOST_PERIODS = 1_000_000;
const MOST_ROOM = (MAX_LEAVES * LEAF_BYTES) / 2;

/** Options of everything that may open deals. */
export const payingOptions: readonly ParameterSpec[] = [
  { flags: '--periods <count>', description: `periods that new deals are paid for (default: ${DEFAULT_PERIODS})` },
  { flags: '--room <size>', description: 'room for later files in new deals (default: as much again as the file)' },
  { flags: '--max-price <tokens>', description: 'most tokens per GiB-month (30 days) that any provider may ask' },
  { flags: '--max-egress-price <tokens>', description: 'most tokens per GiB read that any provider may ask' },
];

export const periodsOf = (options: OptionReader): number =>
  options.parsed('periods', ...count(3, MOST_PERIODS, ' of periods')) ?? DEFAULT_PERIODS;

/** `room`, `maxPrice` and `maxEgressPrice`, as far as they were given. */
export const paymentOf = (options: OptionReader): { readonly room?: number; readonly maxPrice?: Wei; readonly maxEgressPrice?: Wei } => {
  const room = options.parsed('room', ...size('10GiB', MOST_ROOM));
  const maxPrice = options.parsed('maxPrice', ...tokens('0.8', { most: MAX_PRICE }));
  const maxEgressPrice = options.parsed('maxEgressPrice', ...tokens('0.1', { most: MAX_PRICE }));
  return {
    ...(room !== undefined && { room }),
    ...(maxPrice !== undefined && { maxPrice }),
    ...(maxEgressPrice !== undefined && { maxEgressPrice }),
  };
};
