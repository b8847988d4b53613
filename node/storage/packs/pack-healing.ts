import { sectorRoot } from '../../core/data/merkle.js';
import type { Hash } from '../../core/units.js';
import type { PackFiles } from './pack-files.js';
import type { PackPut } from './pack-store.js';
import type { SectorIndex } from '../index/sector-index.js';

export interface PackHealingOptions {
  readonly index: SectorIndex;
  readonly packs: PackFiles;
  readonly put: (put: PackPut) => Promise<void>;
  /** One at a time for each root. */
  readonly guarded: <Result>(root: Hash, task: () => Promise<Result>) => Promise<Result>;
}

/** Sectors whose bytes are right in packs, and what stands before them is not: the index alone could find them. */
export interface PackHealing {
  suspect(root: Hash): void;
  /** Puts some of them anew. */
  portion(): Promise<void>;
}

const PORTION = 64;
const MOST_SUSPECTS = 1 << 16;

export const createPackHealing = ({ index, packs, put, guarded }: PackHealingOptions): PackHealing => {
  const suspects = new Set<Hash>();
  const heal = (root: Hash): Promise<void> =>
    guarded(root, async () => {
      const before = await index.find(root);
      if (before?.pack === undefined) return;
      const { bytes } = await packs.read(before, before.pack);
      // What is rotten itself is for whoever reads it next.
      if (sectorRoot(bytes) === root) await put({ sector: before, bytes, before, sequence: before.sequence });
    });
  return {
    suspect: (root) => {
      if (suspects.size < MOST_SUSPECTS) suspects.add(root);
    },
    portion: async () => {
      const some = [...suspects].slice(0, PORTION);
      for (const root of some) suspects.delete(root);
      const failed = (await Promise.allSettled(some.map(heal))).find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
};
