import type { DecodedSlab } from '../../core/data/slab.js';
import type { Hash } from '../../core/units.js';
import type { ShardPlacement } from '../../ports/catalogue.js';

/** A part of an object that is coded as one: where it lies in it, and what it is. */
export interface Slab {
  readonly index: number;
  /** Bytes before it. */
  readonly offset: number;
  readonly length: number;
  /** SHA-256 of its plaintext. */
  readonly sha256: Hash;
}

/** A slab on its way: whoever takes it disposes of its plaintext. */
export interface SlabInHand {
  readonly slab: Slab;
  readonly plaintext: DecodedSlab;
  /** Where its shards lie that were sent before. */
  readonly has: readonly ShardPlacement[];
}

/** A slab of which these shards are durable at their providers. */
export interface PlacedSlab {
  readonly slab: Slab;
  readonly shards: readonly ShardPlacement[];
}
