import { LEAF_BYTES } from '../units.js';
import { depthOf, growTree, type MerkleTree, type TreeView } from './merkle.js';

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

/** The tree from the crown up. Its root is the sector's. */
export const crownTree = (leaves: number, crown: Uint8Array): MerkleTree =>
  growTree(crown, heightOf(leaves), depthOf(leaves) - heightOf(leaves));

/** A sector of which some stretches are known. */
export interface SectorView extends TreeView {
  /** The bytes of leaves that are known. */
  bytes(from: number, count: number): Uint8Array;
}

/** What is known of a sector of `leaves` leaves: its crown's tree, and some of its stretches by number. */
export const sectorView = (leaves: number, crown: TreeView, stretches: ReadonlyMap<number, MerkleTree>): SectorView => {
  const height = heightOf(leaves);
  const known = (index: number): MerkleTree => {
    const stretch = stretches.get(index);
    if (stretch === undefined) throw new RangeError(`stretch ${index} is not known`);
    return stretch;
  };
  return {
    count: leaves,
    depth: depthOf(leaves),
    node: (level, index) => {
      if (level >= height) return crown.node(level - height, index);
      const width = 2 ** (height - level);
      return known(Math.floor(index / width)).node(level, index % width);
    },
    bytes: (from, count) => {
      const bytes = new Uint8Array(count * LEAF_BYTES);
      for (let leaf = from; leaf < from + count; leaf += STRETCH_LEAVES - (leaf % STRETCH_LEAVES)) {
        const inside = leaf % STRETCH_LEAVES;
        const end = Math.min(STRETCH_LEAVES, inside + from + count - leaf);
        const [row] = known(Math.floor(leaf / STRETCH_LEAVES)).levels as readonly [Uint8Array];
        bytes.set(row.subarray(inside * LEAF_BYTES, end * LEAF_BYTES), (leaf - from) * LEAF_BYTES);
      }
      return bytes;
    },
  };
};
