import { hashPairs } from '#sha256-pairs';
import { equalBytes, fromHex, toHex } from './bytes.js';
import { LEAF_BYTES, SECTOR_BYTES, hash, type Hash } from '../units.js';

/** Nodes of a tree, or as many of them as are known. */
export interface TreeView {
  /** Leaves. */
  readonly count: number;
  /** Levels above the leaves. */
  readonly depth: number;
  /** Node `index` of `level`, 32 bytes, a view; the zero subtree's root where there is only padding. RangeError outside of what is known. */
  node(level: number, index: number): Uint8Array;
}

/**
 * A binary SHA-256 tree over 32-byte leaves, padded with zero subtrees to the next power of two: the merkleization of
 * Ethereum's SSZ. Padding is never stored.
 */
export interface MerkleTree extends TreeView {
  /** Level by level from the leaves (0) to the root (`depth`), 32 bytes a node, without padding. */
  readonly levels: readonly Uint8Array[];
}

const MAX_DEPTH = 48;

const zeroHashes = ((): Uint8Array => {
  const table = new Uint8Array((MAX_DEPTH + 1) * 32);
  const pair = new Uint8Array(64);
  for (let depth = 1; depth <= MAX_DEPTH; depth++) {
    const below = table.subarray((depth - 1) * 32, depth * 32);
    pair.set(below, 0);
    pair.set(below, 32);
    hashPairs(pair, table.subarray(depth * 32, (depth + 1) * 32));
  }
  return table;
})();

/** Root of a tree of 2^depth zero leaves, 32 bytes. */
export const zeroHash = (depth: number): Uint8Array => {
  if (!Number.isInteger(depth) || depth < 0 || depth > MAX_DEPTH) throw new RangeError(`depth must be in 0…${MAX_DEPTH}, not ${depth}`);
  return zeroHashes.slice(depth * 32, (depth + 1) * 32);
};

/** Levels above the leaves of a tree with `count` leaves: ⌈log2(count)⌉, zero for 0 and 1. */
export const depthOf = (count: number): number => {
  if (!Number.isSafeInteger(count) || count < 0 || count > 2 ** MAX_DEPTH)
    throw new RangeError(`count must be in 0…2^${MAX_DEPTH}, not ${count}`);
  let depth = 0;
  for (let width = 1; width < count; width *= 2) depth++;
  return depth;
};

/** Writes the parents of `level` (nodes at `depth` above the leaves) into `parents`, padding an odd end. */
const hashLevel = (level: Uint8Array, parents: Uint8Array, depth: number): void => {
  const whole = level.length - (level.length % 64);
  hashPairs(level.subarray(0, whole), parents.subarray(0, whole / 2));
  if (whole === level.length) return;
  const last = new Uint8Array(64);
  last.set(level.subarray(whole), 0);
  last.set(zeroHashes.subarray(depth * 32, (depth + 1) * 32), 32);
  hashPairs(last, parents.subarray(whole / 2));
};

/**
 * The levels over `nodes` (n·32 bytes, at least one), which stand `height` above the leaves: `depth` levels more, or as many as lead to one
 * node. It keeps `nodes`, which must not change. All inner nodes lie in one buffer.
 */
export const growTree = (nodes: Uint8Array, height: number, depth = depthOf(nodes.length / LEAF_BYTES)): MerkleTree => {
  const count = nodes.length / LEAF_BYTES;
  const widths = Array.from({ length: depth }, (_, level) => Math.ceil(count / 2 ** (level + 1)));
  const inner = new Uint8Array(widths.reduce((sum, width) => sum + width, 0) * 32);
  const levels = [nodes];
  let below = nodes;
  let offset = 0;
  for (const [level, width] of widths.entries()) {
    const parents = inner.subarray(offset, offset + width * 32);
    hashLevel(below, parents, height + level);
    levels.push(parents);
    below = parents;
    offset += width * 32;
  }
  const node = (level: number, index: number): Uint8Array => {
    const row = levels[level];
    if (row === undefined || index < 0 || index >= 2 ** (depth - level))
      throw new RangeError(`the tree has no node ${index} on level ${level}`);
    return (index + 1) * 32 <= row.length ? row.subarray(index * 32, (index + 1) * 32) : zeroHash(height + level);
  };
  return { count, depth, levels, node };
};

/** Room for the levels of {@link topOf}, each written over the one before the last: half as many bytes as there are nodes, and a quarter. */
export type Scratch = readonly [Uint8Array, Uint8Array];

/** The nodes `depth` levels above `nodes`, which stand `height` above the leaves: a view of `scratch`. */
const rowOver = (nodes: Uint8Array, height: number, depth: number, scratch: Scratch): Uint8Array => {
  let below = nodes;
  for (let level = 0; level < depth; level++) {
    const width = Math.ceil(below.length / 64);
    const parents = (scratch[level % 2] as Uint8Array).subarray(0, width * 32);
    hashLevel(below, parents, height + level);
    below = parents;
  }
  return below;
};

/** The topmost node of {@link growTree}, 32 bytes, where no other is needed: levels lie in `scratch`, and nothing is kept. */
export const topOf = (nodes: Uint8Array, height: number, depth: number, scratch: Scratch): Uint8Array =>
  rowOver(nodes, height, depth, scratch).slice(0, 32);

/** Builds the tree over `leaves` (n·32 bytes), which it keeps and which must not change. No leaves make the zero root. */
export const buildTree = (leaves: Uint8Array): MerkleTree => {
  if (leaves.length % LEAF_BYTES !== 0) throw new RangeError(`leaves must be whole 32-byte leaves, not ${leaves.length} bytes`);
  return leaves.length > 0 ? growTree(leaves, 0) : { ...growTree(new Uint8Array(32), 0), count: 0 };
};

/** The root as hex. */
export const rootOf = (tree: TreeView): Hash => hash(toHex(tree.node(tree.depth, 0)));

/** Siblings of leaf `index` on its way to the root, bottom up. */
export const pathOf = (tree: TreeView, index: number): Uint8Array[] => {
  if (!Number.isInteger(index) || index < 0 || index >= tree.count)
    throw new RangeError(`leaf must be in 0…${tree.count - 1}, not ${index}`);
  return Array.from({ length: tree.depth }, (_, level) => tree.node(level, Math.floor(index / 2 ** level) ^ 1).slice());
};

/** A sector's lowest levels are hashed block by block, so that they and the scratch stay in a core's cache. */
const BLOCK_BYTES = 256 << 10;
const BLOCK_DEPTH = 5;
const blockScratch: Scratch = [new Uint8Array(BLOCK_BYTES / 2), new Uint8Array(BLOCK_BYTES / 4)];
const overBlocks = new Uint8Array(SECTOR_BYTES >> BLOCK_DEPTH);

/**
 * Root of a sector's bytes (1 … 4 MiB), the last leaf padded with zeros. RangeError for other lengths. No other node of its tree is kept.
 */
export const sectorRoot = (bytes: Uint8Array): Hash => {
  const nodes = sectorLeaves(bytes);
  const depth = depthOf(nodes.length / LEAF_BYTES);
  const low = Math.min(BLOCK_DEPTH, depth);
  let width = 0;
  for (let from = 0; from < nodes.length; from += BLOCK_BYTES) {
    const row = rowOver(nodes.subarray(from, from + BLOCK_BYTES), 0, low, blockScratch);
    overBlocks.set(row, width);
    width += row.length;
  }
  return hash(toHex(topOf(overBlocks.subarray(0, width), low, depth - low, blockScratch)));
};

/** A sector's bytes as whole leaves: `bytes` itself if they are, a zero-padded copy otherwise. */
export const sectorLeaves = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length === 0 || bytes.length > SECTOR_BYTES)
    throw new RangeError(`a sector must have 1…${SECTOR_BYTES} bytes, not ${bytes.length}`);
  if (bytes.length % LEAF_BYTES === 0) return bytes;
  const padded = new Uint8Array(Math.ceil(bytes.length / LEAF_BYTES) * LEAF_BYTES);
  padded.set(bytes);
  return padded;
};

/** A claim that `leaf` is number `index` of `count` leaves under `root`. */
export interface PathClaim {
  readonly root: Hash;
  /** 32 bytes. */
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly count: number;
  /** Siblings bottom up; their number is fixed by `count`. */
  readonly path: readonly Uint8Array[];
}

/** The root that a leaf and its path lead to, or undefined if a length or the index does not fit. */
export const climb = ({ leaf, index, count, path }: Omit<PathClaim, 'root'>): Uint8Array | undefined => {
  if (!Number.isSafeInteger(index) || index < 0 || index >= count || path.length !== depthOf(count) || leaf.length !== 32) return undefined;
  const pair = new Uint8Array(64);
  const node = leaf.slice();
  let position = index;
  for (const sibling of path) {
    if (sibling.length !== 32) return undefined;
    const right = position % 2 === 1;
    pair.set(node, right ? 32 : 0);
    pair.set(sibling, right ? 0 : 32);
    hashPairs(pair, node);
    position = Math.floor(position / 2);
  }
  return node;
};

/** Whether the claim holds. Bound to the position: neither a swapped sibling nor another index or depth passes. */
export const isValidPath = (claim: PathClaim): boolean => {
  const root = climb(claim);
  return root !== undefined && equalBytes(root, fromHex(claim.root));
};
