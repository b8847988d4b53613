import { equalBytes, fromHex } from '../../core/data/bytes.js';
import { crownTree, sectorView, STRETCH_BYTES, STRETCH_LEAVES, stretchesOf, stretchTree, type SectorView } from '../../core/data/crown.js';
import { rootOf, type MerkleTree } from '../../core/data/merkle.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { LEAF_BYTES, type Hash } from '../../core/units.js';
import type { SectorStore } from '../../ports/store.js';
import { createByteCache } from './byte-cache.js';
import { readVerified, rootOfCrown } from './sector-crown.js';

/** Sectors as far as answers need them: what it gives is checked against their roots. */
export interface SectorCache {
  /** Bytes that it takes in memory. */
  readonly bytes: number;
  /**
   * The stretches of a sector that hold leaves `from … from + count − 1`, and its crown; reads no others. RANGE_OUTSIDE, SECTOR_ROTTEN if
   * the disk gives other bytes, and the store's own rejections.
   */
  open(root: Hash, from: number, count: number, signal?: AbortSignal): Promise<SectorView>;
  /** The sector was stored anew, maybe with another count of leaves. */
  forget(root: Hash): void;
}

/** A crown's tree and the leaves of its sector, or a stretch's and its own. */
interface Checked {
  readonly leaves: number;
  readonly tree: MerkleTree;
}

/** Bytes of what surrounds a tree in memory: key, promise, arrays and their heads. */
const ENTRY_BYTES = 2_048;
const bytesOf = ({ tree }: Checked): number => tree.levels.reduce((sum, { length }) => sum + length, ENTRY_BYTES);

/** The same bytes in an array of their own: a view would keep all that was read with it. */
const alone = (view: Uint8Array): Uint8Array =>
  view.length === view.buffer.byteLength ? new Uint8Array(view.buffer) : new Uint8Array(view);

/** RANGE_OUTSIDE unless a sector of `leaves` leaves has those. */
export const requireRange = (from: number, count: number, leaves: number): void => {
  if (from < 0 || count < 1 || from + count > leaves) throw new HoldfastError('RANGE_OUTSIDE', { from, count, leaves });
};

/**
 * Keeps what was used last, at most `maxBytes` bytes with all that hangs on it; what is being read is not counted. `onFailure` is told of each
 * sector that could not be read.
 */
export const createSectorCache = (store: SectorStore, maxBytes: number, onFailure: (root: Hash) => void = () => undefined): SectorCache => {
  const cache = createByteCache(maxBytes, bytesOf);
  // A sector of one leaf may be the root of another: what was read of the one is nothing of the other.
  const stretchKey = (root: Hash, leaves: number, index: number): string => `${root} ${leaves} ${index}`;

  /** A crown that does not lead to the root is made anew, from the bytes. */
  const loadCrown = async (root: Hash): Promise<Checked> => {
    const { leaves, crown: kept } = await store.outline(root);
    const crown = stretchesOf(leaves) === 1 ? fromHex(root) : kept;
    const tree = crown && crownTree(leaves, crown);
    if (tree !== undefined && rootOf(tree) === root) return { leaves, tree };
    return { leaves, tree: crownTree(leaves, (await readVerified(store, root)).crown) };
  };

  const check = (root: Hash, crown: Checked, index: number, bytes: Uint8Array): Checked => {
    const tree = stretchTree(crown.leaves, bytes);
    const found = tree.node(tree.depth, 0);
    if (equalBytes(found, crown.tree.node(0, index))) return { leaves: tree.count, tree };
    const other = (crown.tree.levels[0] as Uint8Array).slice();
    other.set(found, index * 32);
    throw new HoldfastError('SECTOR_ROTTEN', { root, found: rootOfCrown(crown.leaves, other) });
  };

  /** Stretches `first … last`; those that are missing are read at once. */
  const stretchesBetween = async (root: Hash, crown: Checked, first: number, last: number): Promise<ReadonlyMap<number, MerkleTree>> => {
    const indices = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const missing = indices.filter((index) => !cache.has(stretchKey(root, crown.leaves, index)));
    const start = (missing[0] ?? 0) * STRETCH_BYTES;
    const end = Math.min(((missing.at(-1) ?? 0) + 1) * STRETCH_BYTES, crown.leaves * LEAF_BYTES);
    const reading = missing.length > 0 ? store.read(root, { offset: start, length: end - start }) : undefined;
    const load = async (index: number): Promise<Checked> => {
      const bytes = await (reading as Promise<Uint8Array>);
      const offset = index * STRETCH_BYTES - start;
      return check(root, crown, index, alone(bytes.subarray(offset, offset + STRETCH_BYTES)));
    };
    const checked = await Promise.all(indices.map((index) => cache.get(stretchKey(root, crown.leaves, index), () => load(index))));
    return new Map(checked.map(({ tree }, i) => [first + i, tree]));
  };

  const open = async (root: Hash, from: number, count: number): Promise<SectorView> => {
    const crown = await cache.get(root, () => loadCrown(root));
    requireRange(from, count, crown.leaves);
    const last = Math.floor((from + count - 1) / STRETCH_LEAVES);
    return sectorView(crown.leaves, crown.tree, await stretchesBetween(root, crown, Math.floor(from / STRETCH_LEAVES), last));
  };

  return {
    get bytes() {
      return cache.bytes;
    },
    open: async (root, from, count, signal) => {
      signal?.throwIfAborted();
      return open(root, from, count).catch((error: unknown) => {
        if (!isHoldfastError(error, 'RANGE_OUTSIDE')) onFailure(root);
        throw error;
      });
    },
    forget: (root) => cache.drop(root),
  };
};
