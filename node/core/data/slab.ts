import type { ShardKey } from './cipher.js';
import { requireShape } from './erasure.js';
import { LEAF_BYTES, SECTOR_BYTES, type Hash } from '../units.js';

/** One shard as a provider gets it: encrypted, with the root of its sector. */
export interface EncodedShard {
  readonly root: Hash;
  readonly bytes: Uint8Array;
}

/** A fetched shard with its key. */
export interface KeyedShard extends ShardKey {
  /** Index in the code, 0 … n−1. */
  readonly shard: number;
  readonly bytes: Uint8Array;
}

/** A slab's shards in room that is used again: gone once it is disposed of. */
export interface EncodedSlab extends Disposable {
  /** All n, by index. */
  readonly shards: readonly EncodedShard[];
}

/** A slab's plaintext in room that is used again: gone once it is disposed of. */
export interface DecodedSlab extends Disposable {
  readonly bytes: Uint8Array;
}

/** Lengths of the slabs of a file, bytes: k · 4 MiB each but the last; none for an empty file. */
export const planSlabs = (bytes: number, k: number): number[] => {
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new RangeError(`bytes must be a length, not ${bytes}`);
  requireShape(k, k);
  const full = k * SECTOR_BYTES;
  const rest = bytes % full;
  return [...Array.from({ length: Math.floor(bytes / full) }, () => full), ...(rest > 0 ? [rest] : [])];
};

/** Bytes of each shard of a slab of `length` bytes: ⌈length / k⌉, rounded up to whole leaves. */
export const shardBytes = (length: number, k: number): number => Math.ceil(length / k / LEAF_BYTES) * LEAF_BYTES;

/** RangeError for a slab that is empty or longer than k sectors. */
export const requireSlab = (length: number, k: number): void => {
  if (!Number.isSafeInteger(length) || length < 1 || length > k * SECTOR_BYTES)
    throw new RangeError(`a slab must have 1…${k * SECTOR_BYTES} bytes, not ${length}`);
};
