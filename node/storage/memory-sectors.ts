import type { SectorRef } from '../core/data/data-set.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { LEAF_BYTES, type Hash } from '../core/units.js';
import type { SectorStore } from '../ports/sector-store.js';
import { crownToKeep, partOf, requireSector } from './index/sector-shape.js';

/** A sector store that lives as long as the process: the twin of `openSectorFiles`. `capacity` in bytes. */
export const createMemorySectors = (options: { readonly capacity?: number } = {}): SectorStore => {
  const { capacity = Number.MAX_SAFE_INTEGER } = options;
  const entries = new Map<Hash, { readonly sector: SectorRef; readonly bytes: Uint8Array; crown: Uint8Array | undefined }>();
  let bytesUsed = 0;
  let closed = false;
  const requireOpen = (): void => {
    if (closed) throw new HoldfastError('STORE_CLOSED', { path: 'memory' });
  };
  const remove = async (root: Hash): Promise<void> => {
    requireOpen();
    bytesUsed -= entries.get(root)?.bytes.length ?? 0;
    entries.delete(root);
  };
  const required = (root: Hash) => {
    requireOpen();
    const kept = entries.get(root);
    if (!kept) throw new HoldfastError('SECTOR_MISSING', { root });
    return kept;
  };
  return {
    faults: [],
    cost: (count) => count * LEAF_BYTES,
    get bytesUsed() {
      return bytesUsed;
    },
    room: async () => capacity - bytesUsed,
    put: async (sector, bytes, signal, crown) => {
      requireSector(sector, bytes);
      requireOpen();
      signal?.throwIfAborted();
      const kept = entries.get(sector.root)?.sector;
      if (kept && kept.leaves !== sector.leaves) {
        throw new HoldfastError('SECTOR_CONFLICT', { root: sector.root, kept: kept.leaves, offered: sector.leaves });
      }
      if (kept) return;
      if (bytesUsed + bytes.length > capacity) throw new HoldfastError('STORE_FULL', { capacity, used: bytesUsed, needed: bytes.length });
      entries.set(sector.root, { sector, bytes: bytes.slice(), crown: crownToKeep(sector, crown)?.slice() });
      bytesUsed += bytes.length;
    },
    has: async (root) => {
      requireOpen();
      return entries.has(root);
    },
    absent: async (roots) => {
      requireOpen();
      return [...roots].filter((root) => !entries.has(root));
    },
    outline: async (root) => {
      const { sector, crown } = required(root);
      return { leaves: sector.leaves, crown: crown?.slice() };
    },
    read: async (root, part, signal) => {
      const { sector, bytes } = required(root);
      signal?.throwIfAborted();
      const { offset, length } = partOf(sector, part);
      return bytes.slice(offset, offset + length);
    },
    keepCrown: async (root, crown) => {
      requireOpen();
      const kept = entries.get(root);
      if (kept) kept.crown = crownToKeep(kept.sector, crown)?.slice();
    },
    quarantine: remove,
    delete: remove,
    async *list() {
      for (const { sector } of [...entries.values()]) yield sector;
    },
    tend: async () => {
      requireOpen();
      return { missing: [], unreadable: [], done: true, filling: false };
    },
    close: async () => {
      closed = true;
    },
  };
};
