import { sectorRoot } from '../../../../node/core/data/merkle.js';
import { shardBytes } from '../../../../node/core/data/slab.js';
import type { SlabCoder } from '../../../../node/ports/world.js';

/**
 * Codes 1 of n, each shard told apart by its key's first bytes, without a cipher: nothing of it waits for another thread, so a run can
 * be repeated.
 */
export const createPlainCoder = (): SlabCoder => ({
  encode: async (plaintext, k, n, keys) => {
    if (k !== 1) throw new RangeError(`k must be 1, not ${k}`);
    const shards = Array.from({ length: n }, (_, shard) => {
      const bytes = new Uint8Array(shardBytes(plaintext.length, 1));
      bytes.set(plaintext);
      mask(bytes, keys[shard]?.key);
      return { root: sectorRoot(bytes), bytes };
    });
    return { shards, ...kept };
  },
  decode: async ([shard], _k, _n, length) => {
    if (shard === undefined) throw new RangeError('a shard is needed');
    const bytes = shard.bytes.slice();
    mask(bytes, shard.key);
    return { bytes: bytes.slice(0, length), ...kept };
  },
  close: async () => undefined,
});

/** Nothing is used again. */
const kept: Disposable = { [Symbol.dispose]: () => undefined };

const mask = (bytes: Uint8Array, key: Uint8Array | undefined): void => {
  if (key !== undefined) for (const [index, byte] of bytes.entries()) bytes[index] = byte ^ (key[index % key.length] ?? 0);
};
