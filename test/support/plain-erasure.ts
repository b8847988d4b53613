import type { Erasure } from '../../node/core/data/erasure.js';

/** An erasure code that gives what it makes in new arrays. */
export interface PlainErasure {
  /** From k·s bytes of data to n·s bytes, data first. */
  encode(data: Uint8Array, k: number, n: number): Uint8Array;
  /** The k·s bytes of data. */
  reconstruct(shards: readonly (Uint8Array | undefined)[], k: number, n: number): Uint8Array;
  /** All n·s bytes. */
  rebuildAll(shards: readonly (Uint8Array | undefined)[], k: number, n: number): Uint8Array;
}

export const plainErasure = (erasure: Erasure): PlainErasure => {
  /** The first `count` shards, those that are missing rebuilt. */
  const complete = (shards: readonly (Uint8Array | undefined)[], count: number, k: number, n: number): Uint8Array => {
    const size = shards.find((shard) => shard !== undefined)?.length ?? 0;
    const all = new Uint8Array(count * size);
    const at = (i: number): Uint8Array => all.subarray(i * size, (i + 1) * size);
    const wanted = new Map<number, Uint8Array>();
    for (let i = 0; i < count; i++) {
      const shard = shards[i];
      if (shard === undefined) wanted.set(i, at(i));
      else at(i).set(shard);
    }
    erasure.rebuild(shards, wanted, k, n);
    return all;
  };
  return {
    encode: (data, k, n) => {
      const slab = new Uint8Array((data.length / k) * n);
      slab.set(data);
      erasure.encode(slab, k, n);
      return slab;
    },
    reconstruct: (shards, k, n) => complete(shards, k, k, n),
    rebuildAll: (shards, k, n) => complete(shards, n, k, n),
  };
};
