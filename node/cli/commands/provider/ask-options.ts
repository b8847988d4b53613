import type { Ask, MarketParameters } from '../../../core/market/deal.js';
import { MAX_LEAVES, leaves, wei } from '../../../core/units.js';
import { periodPriceDown } from '../../../renter/homes/quote.js';
import { parseCount, parseLeaves, parseTokens } from '../../amounts.js';
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

/** The ask that the options make of `before`. */
export const askFrom = (options: OptionReader, before: Ask, pace: Pace): Ask => {
  const monthly = options.parsed('price', 'an amount of tokens such as 0.8', parseTokens);
  const perPeriod = options.parsed('periodPrice', 'an amount of tokens such as 0.001', parseTokens);
  return {
    price: perPeriod ?? (monthly === undefined ? before.price : periodPriceDown(monthly, pace.parameters, pace.blockMilliseconds)),
    egressPrice: options.parsed('egressPrice', 'an amount of tokens such as 0.1', parseTokens) ?? before.egressPrice,
    minLeaves: options.parsed('minDeal', 'a size such as 64MiB', parseLeaves) ?? before.minLeaves,
    maxLeaves: options.parsed('maxDeal', 'a size such as 1TiB', parseLeaves) ?? before.maxLeaves,
    maxPeriods: options.parsed('maxPeriods', 'a whole number of periods', parseCount(2)) ?? before.maxPeriods,
  };
};
