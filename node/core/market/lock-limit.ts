import type { MarketParameters, ProviderSheet } from './deal.js';
import { MAX_STAKE, wei, type Wei } from '../units.js';

/** R6: what the owner of a provider lets revisions lock of its stake. */

type Misses = Pick<MarketParameters, 'maxMisses' | 'missBps'>;

const BASIS = 10_000n;

/** The limit that keeps `locked` token wei lockable through all misses that are no default, since each lowers the limit, too. */
export const lockLimitFor = (locked: Wei, { maxMisses, missBps }: Misses): Wei =>
  wei((locked * (BASIS + BigInt(maxMisses * missBps)) + BASIS - 1n) / BASIS);

/** The limit after `amount` token wei more of stake: as high as all of it needs, unless the owner has chosen a lower one before. */
export const nextLockLimit = ({ stake, lockLimit }: Pick<ProviderSheet, 'stake' | 'lockLimit'>, amount: Wei, parameters: Misses): Wei => {
  if (lockLimit < stake) return lockLimit;
  const needed = lockLimitFor(wei(stake + amount), parameters);
  const possible = needed > MAX_STAKE ? wei(MAX_STAKE) : needed;
  return possible > lockLimit ? possible : lockLimit;
};
