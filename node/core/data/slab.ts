import { applyCipher, type ShardKey } from './cipher.js';
import { requireShape, type Erasure } from './erasure.js';
import { sectorRoot } from './merkle.js';
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

/** Codes slabs; the shape of `SlabCoder` in `node/ports`. */
export interface LocalSlabCoder {
  encode(plaintext: Uint8Array, k: number, n: number, keys: readonly ShardKey[]): Promise<readonly EncodedShard[]>;
  decode(shards: readonly KeyedShard[], k: number, n: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
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

const requireLength = (length: number, k: number): void => {
  if (!Number.isSafeInteger(length) || length < 1 || length > k * SECTOR_BYTES)
    throw new RangeError(`a slab must have 1…${k * SECTOR_BYTES} bytes, not ${length}`);
};

/** Codes slabs in this thread: Reed–Solomon over the plaintext, then each shard encrypted under its own key. */
export const createSlabCoder = (erasure: Erasure): LocalSlabCoder => ({
  encode: async (plaintext, k, n, keys) => {
    requireShape(k, n);
    requireLength(plaintext.length, k);
    if (keys.length !== n) throw new RangeError(`keys must be ${n}, not ${keys.length}`);
    const size = shardBytes(plaintext.length, k);
    const data = new Uint8Array(k * size);
    data.set(plaintext);
    const shards = erasure.encode(data, k, n);
    return Promise.all(
      keys.map(async (key, i) => {
        const bytes = await applyCipher(key, shards.subarray(i * size, (i + 1) * size));
        return { root: sectorRoot(bytes), bytes };
      }),
    );
  },
  decode: async (shards, k, n, length) => {
    requireShape(k, n);
    requireLength(length, k);
    const size = shardBytes(length, k);
    const places: (Uint8Array | undefined)[] = Array.from({ length: n }, () => undefined);
    await Promise.all(
      shards.slice(0, k).map(async ({ shard, bytes, ...key }) => {
        if (!Number.isInteger(shard) || shard < 0 || shard >= n) throw new RangeError(`shard must be in 0…${n - 1}, not ${shard}`);
        if (bytes.length !== size) throw new RangeError(`shard ${shard} must have ${size} bytes, not ${bytes.length}`);
        places[shard] = await applyCipher(key, bytes);
      }),
    );
    return erasure.reconstruct(places, k, n).slice(0, length);
  },
  close: async () => {},
});
