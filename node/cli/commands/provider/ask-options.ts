import type { Ask, MarketParameters } from '../../../core/market/deal.js';
import { MAX_LEAVES, MAX_PERIOD, MAX_PRICE, leaves, wei, type Wei } from '../../../core/units.js';
import { periodPriceDown } from '../../../core/market/monthly-price.js';
import { count, leafSize, tokens, type Reading } from '../../amounts.js';
import type { OptionReader, ParameterSpec } from '../../command.js';

/** Options of the ask, shared by `provider init` and `provider ask`. */
export const askOptions: readonly ParameterSpec[] = [
  { flags: '--price <tokens>', description: 'rent you ask, tokens per GiB-month (30 days)' },
  { flags: '--period-price <tokens>', description: 'the same, per GiB and period' },
  { flags: '--egress-price <tokens>', description: 'tokens per GiB read' },
  { flags: '--min-deal <size>', description: 'smallest deal you take, such as 64MiB' },
  { flags: '--max-deal <size>', description: 'largest deal you take, such as 1TiB; 0 takes none' },
  { flags: '--max-periods <count>', description: 'longest deal you take, in periods' },
];

/** What a provider asks that never said anything. */
export const firstAsk: Ask = {
  price: wei(0n),
  egressPrice: wei(0n),
  minLeaves: leaves(1),
  maxLeaves: leaves(MAX_LEAVES),
  maxPeriods: 3650,
};

/** How long a period lasts on this market, for prices per month. */
export interface Pace {
  readonly parameters: MarketParameters;
  readonly blockMilliseconds: number;
}

const priceLike = (example: string): Reading<Wei> => tokens(example, { most: MAX_PRICE });

/** The ask that the options make of `before`. */
export const askFrom = (options: OptionReader, before: Ask, pace: Pace): Ask => {
  const monthly = options.parsed('price', ...priceLike('0.8'));
  const perPeriod = options.parsed('periodPrice', ...priceLike('0.001'));
  return {
    price: perPeriod ?? (monthly === undefined ? before.price : periodPriceDown(monthly, pace.parameters, pace.blockMilliseconds)),
    egressPrice: options.parsed('egressPrice', ...priceLike('0.1')) ?? before.egressPrice,
    minLeaves: options.parsed('minDeal', ...leafSize('64MiB')) ?? before.minLeaves,
    maxLeaves: options.parsed('maxDeal', ...leafSize('1TiB')) ?? before.maxLeaves,
    maxPeriods: options.parsed('maxPeriods', ...count(2, MAX_PERIOD, ' of periods')) ?? before.maxPeriods,
  };
};
