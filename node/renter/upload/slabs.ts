import type { DecodedSlab } from '../../core/data/slab.js';
import type { LookAhead } from '../../core/tasks/look-ahead.js';
import type { Hash } from '../../core/units.js';
import type { ShardPlacement, SlabRecord } from '../../ports/catalogue.js';

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

/** Reads what is stored, slab by slab. */
export interface SlabReader<InHand extends SlabInHand = SlabInHand> extends LookAhead<InHand> {
  /** Whether the slab that comes next is the last one, as far as is known. */
  readonly isLast: boolean;
  /** Bytes read so far, those of the slab that comes next among them. */
  readonly bytes: number;
}

/** Writes down what becomes of slabs. */
export interface SlabRecorder<InHand extends SlabInHand = SlabInHand> {
  /** Hands slabs on whose digests are written down: what is not, no key has encrypted. */
  noted(slabs: AsyncIterable<InHand>): AsyncGenerator<SlabInHand>;
  placed(slab: PlacedSlab): Promise<void>;
}

/** Plaintext that lies in no pool: the collector takes it back by itself. */
export const unpooled = (bytes: Uint8Array): DecodedSlab => ({ bytes, [Symbol.dispose]: () => undefined });

/** What is recorded of a slab that has its sectors for itself. */
export const recordOf = ({ length, sha256: digest }: Slab, shards: readonly ShardPlacement[]): SlabRecord => ({
  length,
  sha256: digest,
  shards,
});
