import type { Address, DealId, Wei } from '../../core/units.js';

/** A shard that its provider lost. */
export interface HealedShard {
  readonly deal: DealId;
  readonly provider: Address;
  /** Name of the object. */
  readonly name: string;
  readonly slab: number;
  readonly shard: number;
  readonly bytes: number;
}

/** Why a lost shard was not made anew: too few are left, enough was made anew for this deal lately, what is left cannot be read, or its provider does not take it. */
export type Unhealable = 'too-few' | 'enough-lately' | 'unreadable' | 'refused';

export interface UnhealedShard extends HealedShard {
  readonly reason: Unhealable;
  /** Shards of its slab that nobody says are lost; `needed` of them bring it back. */
  readonly left: number;
  readonly needed: number;
  /** Token wei that its provider loses to us if it gives the deal up or defaults. */
  readonly collateral: Wei;
  readonly error?: Error;
}
