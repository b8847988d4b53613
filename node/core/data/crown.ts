import { LEAF_BYTES } from '../units.js';
import { concatBytes } from './bytes.js';
import { depthOf, growTree, topOf, type MerkleTree, type Scratch, type TreeView } from './merkle.js';

/*
 * A sector is read and checked by stretches of 64 KiB. The roots of its stretches are its crown: with it, one stretch suffices to open a leaf.
 * A crown proves itself: it leads to the sector's root, or it is wrong.
 */

/** Levels of a sector's tree under a node of its crown. */
const STRETCH_DEPTH = 11;
/** Leaves of a stretch; the last one of a sector may have fewer. */
export const STRETCH_LEAVES = 2 ** STRETCH_DEPTH;
export const STRETCH_BYTES = STRETCH_LEAVES * LEAF_BYTES;

/** Levels between leaves and crown in a sector of `leaves` leaves. */
const heightOf = (leaves: number): number => Math.min(STRETCH_DEPTH, depthOf(leaves));

/** How many stretches a sector of `leaves` leaves has; its crown is as many times 32 bytes. */
export const stretchesOf = (leaves: number): number => Math.ceil(leaves / STRETCH_LEAVES);

/** Bytes of stretch `index` of a sector of `leaves` leaves. */
export const stretchBytes = (leaves: number, index: number): number =>
  Math.min(STRETCH_LEAVES, leaves - index * STRETCH_LEAVES) * LEAF_BYTES;

/** The tree of one stretch, from its bytes. Its root is a node of the crown. */
export const stretchTree = (leaves: number, bytes: Uint8Array): MerkleTree => growTree(bytes, 0, heightOf(leaves));

/** All stretches are hashed here, one after another. */
const scratch: Scratch = [new Uint8Array(STRETCH_BYTES / 2), new Uint8Array(STRETCH_BYTES / 4)];

/** The root of that tree alone, 32 bytes: nothing else of it is kept. */
export const stretchRoot = (leaves: number, bytes: Uint8Array): Uint8Array => topOf(bytes, 0, heightOf(leaves), scratch);

/** The tree from the crown up. Its root is the sector's. */
export const crownTree = (leaves: number, crown: Uint8Array): MerkleTree =>
  growTree(crown, heightOf(leaves), depthOf(leaves) - heightOf(leaves));

/** A stretch that is known, and its tree if it was grown. */
export interface Stretch {
  readonly bytes: Uint8Array;
  readonly tree?: MerkleTree | undefined;
}

/** A sector of which some stretches are known. */
export interface SectorView extends TreeView {
  /** The bytes of leaves that are known, which must not change. */
  bytes(from: number, count: number): Uint8Array;
}

/** What is known of a sector of `leaves` leaves: its crown's tree, and some of its stretches by number. */
export const sectorView = (leaves: number, crown: TreeView, stretches: ReadonlyMap<number, Stretch>): SectorView => {
  const height = heightOf(leaves);
  const grown = new Map<number, MerkleTree>();
  const known = (index: number): Stretch => {
    const stretch = stretches.get(index);
    if (stretch === undefined) throw new RangeError(`stretch ${index} is not known`);
    return stretch;
  };
  const treeOf = (index: number): MerkleTree => {
    const { tree, bytes } = known(index);
    const found = tree ?? grown.get(index) ?? stretchTree(leaves, bytes);
    grown.set(index, found);
    return found;
  };
  /** Leaves of one stretch, a view. */
  const piece = (from: number, end: number): Uint8Array => {
    const inside = from % STRETCH_LEAVES;
    return known(Math.floor(from / STRETCH_LEAVES)).bytes.subarray(inside * LEAF_BYTES, (inside + end - from) * LEAF_BYTES);
  };
  return {
    count: leaves,
    depth: depthOf(leaves),
    node: (level, index) => {
      if (level >= height) return crown.node(level - height, index);
      const width = 2 ** (height - level);
      return treeOf(Math.floor(index / width)).node(level, index % width);
    },
    bytes: (from, count) => {
      const pieces: Uint8Array[] = [];
      for (let leaf = from, end; leaf < from + count; leaf = end) {
        end = Math.min(from + count, leaf + STRETCH_LEAVES - (leaf % STRETCH_LEAVES));
        pieces.push(piece(leaf, end));
      }
      return pieces.length === 1 ? (pieces[0] as Uint8Array) : concatBytes(...pieces);
    },
  };
};
