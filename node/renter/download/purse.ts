import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { wei, type Wei } from '../../core/units.js';

/** What one task pays for reads. */
export interface Purse {
  /** Most token wei; without, the deals' escrow is the only limit. */
  readonly limit: Wei | undefined;
  /** Token wei promised so far. */
  readonly spent: Wei;
  /** EGRESS_ABOVE_LIMIT if it would be too much. */
  take(amount: bigint): void;
}

export const createPurse = (limit?: Wei): Purse => {
  let spent = 0n;
  return {
    limit,
    get spent() {
      return wei(spent);
    },
    take: (amount) => {
      if (limit !== undefined && spent + amount > limit)
        throw new HoldfastError('EGRESS_ABOVE_LIMIT', { needed: wei(spent + amount), limit });
      spent += amount;
    },
  };
};
