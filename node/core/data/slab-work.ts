import { createShardCipher, type ShardKey } from './cipher.js';
import type { Erasure } from './erasure.js';
import { sectorRoot } from './merkle.js';
import { shardBytes } from './slab.js';
import type { Hash } from '../units.js';

/** A slab of `length` bytes, coded k of n. */
export interface SlabShape {
  readonly k: number;
  readonly n: number;
  readonly length: number;
}

/** A shard's index in the code, and the key that it is encrypted under. */
export interface ShardInHand extends ShardKey {
  readonly shard: number;
}

/** Room that a slab is worked on in, shards of one length one after another; what was in it before does not matter. */
export type SlabRoom = Uint8Array<ArrayBuffer>;

export interface EncodeJob extends SlabShape {
  /** The plaintext, and room for n shards in all. */
  readonly room: SlabRoom;
  /** Of all n shards. */
  readonly keys: readonly ShardKey[];
}

export interface DecodeJob extends SlabShape {
  /** The shards in hand where {@link placesOf} wants them, and room for k and those behind them. */
  readonly room: SlabRoom;
  /** k of them, no two the same. */
  readonly shards: readonly ShardInHand[];
}

/** The heavy work on slabs, in place. The room that comes back is the one that went in, or the same bytes if it went through another thread. */
export interface SlabWork {
  /** Encrypted shards, and the roots of their sectors. */
  encode(job: EncodeJob): Promise<{ readonly room: SlabRoom; readonly roots: readonly Hash[] }>;
  /** The plaintext at the room's start. */
  decode(job: DecodeJob): Promise<{ readonly room: SlabRoom }>;
  close(): Promise<void>;
}

/** Which place of a room each of these shards lies in: data in its own, parity behind the k of the data. */
export const placesOf = (shards: readonly number[], k: number): ReadonlyMap<number, number> => {
  let next = k;
  return new Map(shards.map((shard) => [shard, shard < k ? shard : next++]));
};

/** The work in this thread: Reed–Solomon over the plaintext, then each shard encrypted under its own key. */
export const createSlabWork = (erasure: Erasure): SlabWork => ({
  encode: async ({ room, k, n, length, keys }) => {
    const size = shardBytes(length, k);
    room.fill(0, length, k * size);
    erasure.encode(room, k, n);
    const roots: Hash[] = [];
    for (const [i, key] of keys.entries()) {
      const shard = room.subarray(i * size, (i + 1) * size);
      await createShardCipher(key)(shard);
      roots.push(sectorRoot(shard));
    }
    return { room, roots };
  },
  decode: async ({ room, k, n, length, shards }) => {
    const size = shardBytes(length, k);
    const at = (place: number): Uint8Array => room.subarray(place * size, (place + 1) * size);
    const places = placesOf(
      shards.map(({ shard }) => shard),
      k,
    );
    const present: (Uint8Array | undefined)[] = Array.from({ length: n }, () => undefined);
    for (const { shard, ...key } of shards) {
      const bytes = at(places.get(shard) as number);
      await createShardCipher(key)(bytes);
      present[shard] = bytes;
    }
    const missing = Array.from({ length: k }, (_, shard) => shard).filter((shard) => present[shard] === undefined);
    erasure.rebuild(present, new Map(missing.map((shard) => [shard, at(shard)])), k, n);
    return { room };
  },
  close: async () => {},
});
