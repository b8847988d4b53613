import type { Hash } from '../../node/core/units.js';
import type { SectorStore } from '../../node/ports/sector-store.js';

/** Tends a store until all was looked at and no hole is left; what it found missing. */
export const tendAll = async (store: SectorStore): Promise<Hash[]> => {
  const found: Hash[] = [];
  for (let looked = false; ;) {
    const { missing, done, filling } = await store.tend(looked ? 'fill' : undefined);
    found.push(...missing);
    looked ||= done;
    if (looked && !filling) return found;
  }
};
