import type { ShardPlace, SlabKey } from './cipher.js';
import { requireShape } from './erasure.js';
import { LEAF_BYTES, leaves, SECTOR_BYTES, type Hash, type Leaves } from '../units.js';

/** One shard as a provider gets it: encrypted, with the root of its sector. */
export interface EncodedShard {
  readonly root: Hash;
  readonly bytes: Uint8Array;
}

/** A fetched shard, and the placement that its key is made for. */
export interface PlacedShard {
  readonly place: ShardPlace;
  readonly bytes: Uint8Array;
}

/**
 * A run of each of a slab's shards whose keys are made of one slab's key: the whole of a slab that is alone in its sectors; where slabs of small
 * files share sectors, one after the other.
 */
export interface SlabPart {
  readonly key: SlabKey;
  /** Bytes of each shard. */
  readonly bytes: number;
  /** Bytes under that key that come before in each shard and are not there, a multiple of 16: of leaves from the middle. Default 0. */
  readonly offset?: number | undefined;
}

/** A slab's shards in room that is used again: gone once it is disposed of. */
export interface EncodedSlab extends Disposable {
  /** By index, those that have a place. */
  readonly shards: ReadonlyMap<number, EncodedShard>;
}

/** A slab's plaintext in room that is used again: gone once it is disposed of. */
export interface DecodedSlab extends Disposable {
  readonly bytes: Uint8Array;
}

/** Room that the k shards of a slab are read into: where they lie in it as they should, decoding copies none. Gone once it is disposed of or decoded. */
export interface ShardRoom extends Disposable {
  /** k of them, one shard each; {@link placesOf} says which is whose. */
  readonly places: readonly Uint8Array[];
}

/** Bytes that all n shards of a slab take together at most, unless told otherwise. */
export const SLAB_ROOM = 1 << 26;
/** Shards are whole ranges of reads of that size, as far as there is room for one. */
const RANGE_BYTES = 1 << 18;

/**
 * Bytes of plaintext in a slab, coded k of n, that is not the last one: k shards of 4 MiB each, or as many as leave `room` for all n.
 * ERASURE_SHAPE_INVALID; RangeError for room without a leaf for each shard.
 */
export const slabBytes = (k: number, n: number, room = SLAB_ROOM): number => {
  requireShape(k, n);
  const most = Math.min(SECTOR_BYTES, Math.floor(room / n));
  const whole = most < RANGE_BYTES ? LEAF_BYTES : RANGE_BYTES;
  if (most < LEAF_BYTES) throw new RangeError(`room must have a leaf for each of ${n} shards, not ${room} bytes`);
  return k * Math.floor(most / whole) * whole;
};

/** Bytes of each shard of a slab of `length` bytes: ⌈length / k⌉, rounded up to whole leaves. */
export const shardBytes = (length: number, k: number): number => Math.ceil(length / k / LEAF_BYTES) * LEAF_BYTES;

/** Leaves of each shard of a slab of `length` bytes. */
export const shardLeaves = (length: number, k: number): Leaves => leaves(shardBytes(length, k) / LEAF_BYTES);

/** RangeError for a slab that is empty or longer than k sectors. */
export const requireSlab = (length: number, k: number): void => {
  if (!Number.isSafeInteger(length) || length < 1 || length > k * SECTOR_BYTES)
    throw new RangeError(`a slab must have 1…${k * SECTOR_BYTES} bytes, not ${length}`);
};
