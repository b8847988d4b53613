import { wei, type Wei } from '../units.js';
import type { MarketParameters } from './deal.js';

/** Prices as people compare them, of a GiB for 30 days, and as the contracts take them, of a GiB for a period. */

const MONTH_MILLISECONDS = 30 * 86_400_000;

/** `price` per GiB-period as token wei per GiB and 30 days, rounded up. `blockMilliseconds` is the pace of the chain. */
export const monthlyUp = (price: Wei, { periodBlocks }: Pick<MarketParameters, 'periodBlocks'>, blockMilliseconds: number): Wei => {
  const period = BigInt(periodBlocks) * BigInt(blockMilliseconds);
  return wei((price * BigInt(MONTH_MILLISECONDS) + period - 1n) / period);
};

/** The highest price per GiB-period, token wei, of which {@link monthlyUp} is at most `monthly`. */
export const periodPriceDown = (monthly: Wei, { periodBlocks }: Pick<MarketParameters, 'periodBlocks'>, blockMilliseconds: number): Wei =>
  wei((monthly * BigInt(periodBlocks) * BigInt(blockMilliseconds)) / BigInt(MONTH_MILLISECONDS));
