import { shardKey, type ShardPlace } from '../../../../node/core/data/cipher.js';
import { sectorRoot } from '../../../../node/core/data/merkle.js';
import { shardBytes, type SlabPart } from '../../../../node/core/data/slab.js';
import type { SlabCoder } from '../../../../node/ports/world.js';

/**
 * Codes 1 of n, each shard told apart by its keys' first bytes, without a cipher: nothing of it waits for another thread, so a run can
 * be repeated.
 */
export const createPlainCoder = (): SlabCoder => ({
  plaintextRoom: async (length) => ({ bytes: new Uint8Array(length), ...kept }),
  shardRoom: ({ length }) => ({ places: [new Uint8Array(shardBytes(length, 1))], ...kept }),
  encode: async (plaintext, { k, parts }, places) => {
    if (k !== 1) throw new RangeError(`k must be 1, not ${k}`);
    const shardAt = (place: ShardPlace) => {
      const bytes = new Uint8Array(shardBytes(plaintext.length, 1));
      bytes.set(plaintext);
      mask(bytes, place, parts);
      return [place.shard, { root: sectorRoot(bytes), bytes }] as const;
    };
    return { shards: new Map(places.map(shardAt)), ...kept };
  },
  decode: async ([shard], { length, parts }) => {
    if (shard === undefined) throw new RangeError('a shard is needed');
    const bytes = shard.bytes.slice();
    mask(bytes, shard.place, parts);
    return { bytes: bytes.slice(0, length), ...kept };
  },
  close: async () => undefined,
});

/** Nothing is used again. */
const kept: Disposable = { [Symbol.dispose]: () => undefined };

const mask = (bytes: Uint8Array, place: ShardPlace, parts: readonly SlabPart[]): void => {
  let at = 0;
  for (const part of parts) {
    const { key } = shardKey(part.key, place);
    for (let i = 0; i < part.bytes; i++) bytes[at + i] = (bytes[at + i] ?? 0) ^ (key[i % key.length] ?? 0);
    at += part.bytes;
  }
};
