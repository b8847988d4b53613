import { createShardCipher, shardKeys, type ShardPlace } from './cipher.js';
import type { Erasure } from './erasure.js';
import { sectorRoot } from './merkle.js';
import { shardBytes, type SlabPart } from './slab.js';
import type { Hash } from '../units.js';

/** A slab of `length` bytes, coded k of n. */
export interface SlabShape {
  readonly k: number;
  readonly n: number;
  readonly length: number;
}

/** Room that a slab is worked on in, shards of one length one after another; what was in it before does not matter. */
export type SlabRoom = Uint8Array<ArrayBuffer>;

/** What a slab's shards are encrypted with. */
interface SlabJob extends SlabShape {
  /** All of a shard, in order. */
  readonly parts: readonly SlabPart[];
  /** Of the shards that are worked on, no two the same. */
  readonly places: readonly ShardPlace[];
}

export interface EncodeJob extends SlabJob {
  /** The plaintext, and room for n shards in all. */
  readonly room: SlabRoom;
}

export interface DecodeJob extends SlabJob {
  /** The shards in hand where {@link placesOf} wants them, and room for k in all. */
  readonly room: SlabRoom;
  /** Data shards that are made where they are not in hand: of k shards in hand, whichever they are. */
  readonly wanted: readonly number[];
}

/** The heavy work on slabs, in place. The room that comes back is the one that went in, or the same bytes if it went through another thread. */
export interface SlabWork {
  /** The shards of all places encrypted, and the roots of their sectors, in the order of the places. */
  encode(job: EncodeJob): Promise<{ readonly room: SlabRoom; readonly roots: readonly Hash[] }>;
  /** The plaintext at the room's start, of the data shards wanted and in hand. */
  decode(job: DecodeJob): Promise<{ readonly room: SlabRoom }>;
  close(): Promise<void>;
}

/** Which of the k places of a room each of these shards, k at most, lies in: data in its own, parity where data is missing. */
export const placesOf = (shards: readonly number[], k: number): ReadonlyMap<number, number> => {
  const free = Array.from({ length: k }, (_, place) => place).filter((place) => !shards.includes(place));
  return new Map(shards.map((shard) => [shard, shard < k ? shard : (free.shift() as number)]));
};

/** Encrypts or decrypts shards in place, part by part. */
const createPartCipher = (parts: readonly SlabPart[]): ((shard: Uint8Array, place: ShardPlace) => Promise<void>) => {
  const keyed = parts.map(({ key, bytes, offset }) => ({ keyOf: shardKeys(key), bytes, offset }));
  return async (shard, place) => {
    let at = 0;
    for (const { keyOf, bytes, offset } of keyed) {
      await createShardCipher(keyOf(place))(shard.subarray(at, at + bytes), offset);
      at += bytes;
    }
  };
};

/** The work in this thread: Reed–Solomon over the plaintext, then each shard encrypted under its own keys. */
export const createSlabWork = (erasure: Erasure): SlabWork => ({
  encode: async ({ room, k, n, length, parts, places }) => {
    const size = shardBytes(length, k);
    room.fill(0, length, k * size);
    erasure.encode(room.subarray(0, n * size), k, n);
    const encipher = createPartCipher(parts);
    const roots: Hash[] = [];
    for (const place of places) {
      const shard = room.subarray(place.shard * size, (place.shard + 1) * size);
      await encipher(shard, place);
      roots.push(sectorRoot(shard));
    }
    return { room, roots };
  },
  decode: async ({ room, k, n, length, parts, places, wanted }) => {
    const size = shardBytes(length, k);
    const at = (position: number): Uint8Array => room.subarray(position * size, (position + 1) * size);
    const positions = placesOf(
      places.map(({ shard }) => shard),
      k,
    );
    const decipher = createPartCipher(parts);
    const present: (Uint8Array | undefined)[] = Array.from({ length: n }, () => undefined);
    for (const place of places) {
      const bytes = at(positions.get(place.shard) as number);
      await decipher(bytes, place);
      present[place.shard] = bytes;
    }
    const missing = wanted.filter((shard) => present[shard] === undefined);
    if (missing.length > 0) erasure.rebuild(present, new Map(missing.map((shard) => [shard, at(shard)])), k, n);
    return { room };
  },
  close: async () => {},
});
