import { hashPairs } from '#sha256-pairs';
import { equalBytes, fromHex } from './bytes.js';
import { HoldfastError } from '../errors/holdfast-error.js';
import { depthOf, zeroHash, type TreeView } from './merkle.js';
import { LEAF_BYTES, type Hash } from '../units.js';

/** Which neighbours of nodes `first … last` on a level of `width` nodes are no descendants of the range and no padding. */
const siblings = (first: number, last: number, width: number): { readonly left: boolean; readonly right: boolean } => ({
  left: first % 2 === 1,
  right: last % 2 === 0 && last + 1 < width,
});

/**
 * What ties leaves `from … from + count − 1` to the root: the boundary siblings, bottom up, on each level the left one before
 * the right one. At most two a level whatever `count`, since all others follow from the leaves or are padding.
 */
export const rangeProof = (tree: TreeView, from: number, count: number): Uint8Array[] => {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(count) || from < 0 || count < 1 || from + count > tree.count) {
    throw new RangeError(`range must lie in 0…${tree.count} and not be empty, not ${from} + ${count}`);
  }
  const proof: Uint8Array[] = [];
  let [first, last, width] = [from, from + count - 1, tree.count];
  for (let level = 0; level < tree.depth; level++) {
    const { left, right } = siblings(first, last, width);
    if (left) proof.push(tree.node(level, first - 1).slice());
    if (right) proof.push(tree.node(level, last + 1).slice());
    [first, last, width] = [first >> 1, last >> 1, (width + 1) >> 1];
  }
  return proof;
};

/** A claim that `bytes` are the leaves from `from` on, of `leaves` in all, under `root`. */
export interface RangeClaim {
  readonly root: Hash;
  /** Leaves of the whole sector, known beforehand. */
  readonly leaves: number;
  readonly from: number;
  /** Whole leaves, at least one. */
  readonly bytes: Uint8Array;
  /** Of {@link rangeProof}; every element is used. */
  readonly proof: readonly Uint8Array[];
}

/** Checks that the claim holds. RANGE_PROOF_INVALID otherwise, also for a proof that is too long or too short. */
export const verifyRange = ({ root, leaves, from, bytes, proof }: RangeClaim): void => {
  const count = Math.ceil(bytes.length / LEAF_BYTES);
  const whole = bytes.length % LEAF_BYTES === 0 && Number.isSafeInteger(from) && from >= 0 && count > 0 && from + count <= leaves;
  const reached = whole ? climbRange(leaves, from, bytes, proof) : undefined;
  if (reached === undefined || !equalBytes(reached, fromHex(root))) throw new HoldfastError('RANGE_PROOF_INVALID', { from, count, leaves });
};

/** The levels of ranges of up to 256 KiB, each written over the one before the last. */
const scratch = [new Uint8Array((128 << 10) + LEAF_BYTES), new Uint8Array((64 << 10) + LEAF_BYTES)] as const;

const climbRange = (leaves: number, from: number, bytes: Uint8Array, proof: readonly Uint8Array[]): Uint8Array | undefined => {
  const depth = depthOf(leaves);
  let [first, last, width] = [from, from + bytes.length / LEAF_BYTES - 1, leaves];
  let nodes = bytes;
  let used = 0;
  for (let level = 0; level < depth; level++) {
    const { left, right } = siblings(first, last, width);
    const before = left ? proof[used++] : undefined;
    const after = right ? proof[used++] : last % 2 === 0 ? zeroHash(level) : undefined;
    if ((left && before?.length !== 32) || (right && after?.length !== 32)) return undefined;
    nodes = parentsOf(nodes, before, after, scratch[level % 2] as Uint8Array);
    [first, last, width] = [first >> 1, last >> 1, (width + 1) >> 1];
  }
  return used === proof.length ? nodes : undefined;
};

/** The parents lie in `room` if it is large enough. */
const parentsOf = (nodes: Uint8Array, before: Uint8Array | undefined, after: Uint8Array | undefined, room: Uint8Array): Uint8Array => {
  const offset = before?.length ?? 0;
  const row = before === undefined && after === undefined ? nodes : new Uint8Array(offset + nodes.length + (after?.length ?? 0));
  if (row !== nodes) {
    if (before !== undefined) row.set(before, 0);
    row.set(nodes, offset);
    if (after !== undefined) row.set(after, offset + nodes.length);
  }
  const length = row.length / 2;
  const parents = length <= room.length ? room.subarray(0, length) : new Uint8Array(length);
  hashPairs(row, parents);
  return parents;
};
