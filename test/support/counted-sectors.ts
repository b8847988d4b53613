import type { SectorStore } from '../../node/ports/sector-store.js';

/** A store, and how many bytes it was asked for. */
export interface CountedSectors {
  readonly store: SectorStore;
  /** Bytes of sectors and of crowns since it was last asked. */
  take(): { readonly sectors: number; readonly crowns: number };
}

/** Whatever the store itself reads: `sector-crowns.test.ts` holds that against the system's count. */
export const countedSectors = (inner: SectorStore): CountedSectors => {
  let [sectors, crowns] = [0, 0];
  const counting: Pick<SectorStore, 'read' | 'outline'> = {
    read: async (...request) => {
      const bytes = await inner.read(...request);
      sectors += bytes.length;
      return bytes;
    },
    outline: async (root) => {
      const outline = await inner.outline(root);
      crowns += outline.crown?.length ?? 0;
      return outline;
    },
  };
  return {
    store: Object.assign(Object.create(inner) as SectorStore, counting),
    take: () => {
      const counts = { sectors, crowns };
      [sectors, crowns] = [0, 0];
      return counts;
    },
  };
};
