import { equalBytes, fromHex } from '../../core/data/bytes.js';
import {
  crownTree,
  sectorView,
  STRETCH_BYTES,
  STRETCH_LEAVES,
  stretchesOf,
  stretchRoot,
  stretchTree,
  type SectorView,
  type Stretch,
} from '../../core/data/crown.js';
import { rootOf, type MerkleTree } from '../../core/data/merkle.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { LEAF_BYTES, type Hash } from '../../core/units.js';
import type { SectorStore } from '../../ports/sector-store.js';
import { createByteCache } from '../../core/tasks/byte-cache.js';
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

/** A crown and the leaves of its sector, or a stretch and its own. */
interface Checked extends Stretch {
  readonly leaves: number;
}

interface Crown extends Checked {
  readonly tree: MerkleTree;
}

/** Bytes of what surrounds a tree in memory: key, promise, arrays and their heads. */
const ENTRY_BYTES = 2_048;
const bytesOf = ({ bytes, tree }: Stretch): number =>
  ENTRY_BYTES + (tree === undefined ? bytes.length : tree.levels.reduce((sum, { length }) => sum + length, 0));

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
  const cache = createByteCache<Checked>(maxBytes, bytesOf);
  // A sector of one leaf may be the root of another: what was read of the one is nothing of the other.
  const stretchKey = (root: Hash, leaves: number, index: number): string => `${root} ${leaves} ${index}`;

  const crownFrom = (leaves: number, bytes: Uint8Array): Crown => ({ leaves, bytes, tree: crownTree(leaves, bytes) });

  /** A crown that does not lead to the root is made anew, from the bytes. */
  const loadCrown = async (root: Hash): Promise<Crown> => {
    const { leaves, crown: kept } = await store.outline(root);
    const crown = stretchesOf(leaves) === 1 ? fromHex(root) : kept;
    const found = crown && crownFrom(leaves, crown);
    if (found !== undefined && rootOf(found.tree) === root) return found;
    return crownFrom(leaves, (await readVerified(store, root)).crown);
  };

  /** Its tree is kept where nodes inside of it are wanted. */
  const check = (root: Hash, crown: Crown, index: number, bytes: Uint8Array, inside: boolean): Checked => {
    const tree = inside ? stretchTree(crown.leaves, bytes) : undefined;
    const found = tree?.node(tree.depth, 0) ?? stretchRoot(crown.leaves, bytes);
    if (equalBytes(found, crown.tree.node(0, index))) return { leaves: bytes.length / LEAF_BYTES, bytes, tree };
    const other = crown.bytes.slice();
    other.set(found, index * 32);
    throw new HoldfastError('SECTOR_ROTTEN', { root, found: rootOfCrown(crown.leaves, other) });
  };

  /** The stretches that hold these leaves; those that are missing are read at once. */
  const stretchesWith = async (root: Hash, crown: Crown, from: number, end: number): Promise<ReadonlyMap<number, Stretch>> => {
    const [first, last] = [Math.floor(from / STRETCH_LEAVES), Math.floor((end - 1) / STRETCH_LEAVES)];
    const indices = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const missing = indices.filter((index) => !cache.has(stretchKey(root, crown.leaves, index)));
    const start = (missing[0] ?? 0) * STRETCH_BYTES;
    const stop = Math.min(((missing.at(-1) ?? 0) + 1) * STRETCH_BYTES, crown.leaves * LEAF_BYTES);
    const reading = missing.length > 0 ? store.read(root, { offset: start, length: stop - start }) : undefined;
    const load = async (index: number): Promise<Checked> => {
      const bytes = await (reading as Promise<Uint8Array>);
      const offset = index * STRETCH_BYTES - start;
      const [low, high] = [index * STRETCH_LEAVES, Math.min((index + 1) * STRETCH_LEAVES, crown.leaves)];
      return check(root, crown, index, alone(bytes.subarray(offset, offset + STRETCH_BYTES)), from > low || end < high);
    };
    const checked = await Promise.all(indices.map((index) => cache.get(stretchKey(root, crown.leaves, index), () => load(index))));
    return new Map(checked.map((stretch, i) => [first + i, stretch]));
  };

  const open = async (root: Hash, from: number, count: number): Promise<SectorView> => {
    const { leaves, bytes, tree = crownTree(leaves, bytes) } = await cache.get(root, () => loadCrown(root));
    const crown: Crown = { leaves, bytes, tree };
    requireRange(from, count, leaves);
    return sectorView(leaves, tree, await stretchesWith(root, crown, from, from + count));
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
