import { sha256 } from '@noble/hashes/sha2.js';

/** SHA-256 of `left ‖ right` by @noble/hashes. */
export const hashPair = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(Buffer.concat([left, right]));

/** A plain recursive reading of the tree: pad with zero leaves to a power of two, hash pairs. */
export const referenceRoot = (leaves: readonly Uint8Array[]): Uint8Array => {
  const width = 2 ** Math.ceil(Math.log2(Math.max(1, leaves.length)));
  let level: Uint8Array[] = Array.from({ length: width }, (_, i) => leaves[i] ?? new Uint8Array(32));
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, i) => hashPair(level[2 * i] as Uint8Array, level[2 * i + 1] as Uint8Array));
  }
  return level[0] as Uint8Array;
};

/** Bytes cut into leaves, the last one padded with zeros. */
export const referenceLeaves = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / 32) }, (_, i) => {
    const leaf = new Uint8Array(32);
    leaf.set(bytes.subarray(i * 32, (i + 1) * 32));
    return leaf;
  });

/** `count` different leaves, one after the other. */
export const numberedLeaves = (count: number): Uint8Array => {
  const leaves = new Uint8Array(count * 32);
  const view = new DataView(leaves.buffer);
  for (let i = 0; i < count; i++) view.setUint32(i * 32 + 28, i + 1);
  return leaves;
};
