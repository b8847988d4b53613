import { shardBytes } from './slab.js';

/* Where small files lie in a slab of a crate: in each of its shards they have as many bytes as in a shard of their own, one after the other. */

/** Plaintext bytes that a file of so many takes of a crate's slab: k shards of whole leaves. */
export const bytesInCrate = (bytes: number, k: number): number => shardBytes(bytes, k) * k;

/** The plaintext of a crate's slab: for each of the k data shards what the files have in it, with zeros up to whole leaves. */
export const layOut = (contents: readonly Uint8Array[], k: number): Uint8Array => {
  const sizes = contents.map(({ length }) => shardBytes(length, k));
  const size = sizes.reduce((sum, one) => sum + one, 0);
  const plaintext = new Uint8Array(k * size);
  let from = 0;
  contents.forEach((bytes, index) => {
    const own = sizes[index] as number;
    for (let shard = 0; shard < k; shard++) plaintext.set(bytes.subarray(shard * own, (shard + 1) * own), shard * size + from);
    from += own;
  });
  return plaintext;
};

/** A file of `length` bytes out of such a plaintext: before it, each data shard has `from` bytes of others. */
export const takeOut = (
  plaintext: Uint8Array,
  k: number,
  { from, length }: { readonly from: number; readonly length: number },
): Uint8Array<ArrayBuffer> => {
  const size = plaintext.length / k;
  const own = shardBytes(length, k);
  const bytes = new Uint8Array(length);
  for (let shard = 0; shard * own < length; shard++) {
    const start = shard * size + from;
    bytes.set(plaintext.subarray(start, start + Math.min(own, length - shard * own)), shard * own);
  }
  return bytes;
};
