import type { Hash } from '../../node/core/units.js';
import type { SectorStore } from '../../node/ports/store.js';

/** Tends a store once all through; what it found missing. */
export const tendAll = async (store: SectorStore): Promise<Hash[]> => {
  const found: Hash[] = [];
  for (;;) {
    const { missing, done } = await store.tend();
    found.push(...missing);
    if (done) return found;
  }
};
