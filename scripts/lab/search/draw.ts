import { concatBytes, toHex } from '../../../node/core/data/bytes.js';
import { auditRandom, drawLeaf, drawSlot } from '../../../node/core/market/sampling.js';
import { leaves, type Address, type Hash, type Hex } from '../../../node/core/units.js';
import type { SearchDeal } from './market.js';

/** A provider's tree in a period's draw, and what is gone of it. */
export interface Drawn {
  readonly seed: Hash;
  readonly provider: Address;
  readonly samples: number;
  /** Deals by slot; undefined for a free one. */
  readonly slots: readonly (SearchDeal | undefined)[];
  /** Leaves of a deal that are still there: its first ones. */
  readonly kept: (deal: SearchDeal) => number;
}

export interface Draw {
  /** Probability, before the seed was known, that a sample of it is gone. */
  readonly risk: number;
  /** All samples; undefined if one is gone. */
  readonly proof: Hex | undefined;
}

/** What the seed draws from the tree: R13, with the functions that the provider's daemon uses. */
export const draw = ({ seed, provider, samples, slots, kept }: Drawn): Draw => {
  const weights = slots.map((deal) => (deal?.stored === true ? deal.weight : 0n));
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  const gone = slots.reduce((sum, deal, slot) => {
    if (deal === undefined) return sum;
    return sum + (Number(weights[slot]) / Number(total)) * (1 - kept(deal) / deal.set.leaves);
  }, 0);
  const answers = Array.from({ length: samples }, (_, i) => {
    const { low, high } = auditRandom(seed, provider, i);
    const deal = slots[drawSlot(weights, low)];
    if (deal === undefined) throw new Error('an empty slot was drawn');
    const leaf = drawLeaf(high, leaves(deal.set.leaves));
    return leaf < kept(deal) ? deal.set.samples[leaf] : undefined;
  });
  const whole = answers.filter((answer) => answer !== undefined);
  return { risk: 1 - (1 - gone) ** samples, proof: whole.length === samples ? toHex(concatBytes(...whole)) : undefined };
};
