import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { buildTree, rootOf, type MerkleTree } from '../../core/data/merkle.js';
import type { Hash } from '../../core/units.js';
import type { SectorStore } from '../../ports/store.js';

/** Trees over whole sectors, for answers that need more than one range of a sector. */
export interface SectorCache {
  /** The verified tree of a sector; SECTOR_ROTTEN if the disk gives other bytes, and the store's own rejections. */
  tree(root: Hash, signal?: AbortSignal): Promise<MerkleTree>;
}

/** Reads a sector and checks it against its root. */
export const readVerified = async (store: SectorStore, root: Hash, signal?: AbortSignal): Promise<MerkleTree> => {
  const tree = buildTree(await store.read(root, signal));
  const found = rootOf(tree);
  if (found !== root) throw new HoldfastError('SECTOR_ROTTEN', { root, found });
  return tree;
};

/**
 * Keeps the trees used last, with at most `maxBytes` bytes of leaves together and never fewer than one. `onFailure` is told of each sector that
 * could not be read.
 */
export const createSectorCache = (store: SectorStore, maxBytes: number, onFailure: (root: Hash) => void = () => undefined): SectorCache => {
  const kept = new Map<Hash, { readonly tree: Promise<MerkleTree>; bytes: number }>();
  let total = 0;

  const drop = (root: Hash): void => {
    total -= kept.get(root)?.bytes ?? 0;
    kept.delete(root);
  };

  const load = (root: Hash): Promise<MerkleTree> => {
    const tree = readVerified(store, root);
    const entry = { tree, bytes: 0 };
    kept.set(root, entry);
    tree.then(
      ({ levels }) => {
        if (kept.get(root) !== entry) return;
        entry.bytes = levels[0]?.length ?? 0;
        total += entry.bytes;
        for (const oldest of kept.keys()) if (total > maxBytes && oldest !== root) drop(oldest);
      },
      () => {
        if (kept.get(root) === entry) drop(root);
        onFailure(root);
      },
    );
    return tree;
  };

  return {
    tree: async (root, signal) => {
      signal?.throwIfAborted();
      const before = kept.get(root);
      if (before === undefined) return load(root);
      kept.delete(root);
      kept.set(root, before);
      return before.tree;
    },
  };
};
