import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sectorRoot } from '../../node/core/data/merkle.js';
import { leaves } from '../../node/core/units.js';
import type { SectorStore } from '../../node/ports/sector-store.js';
import type { Packed } from '../../node/storage/packs/pack-appender.js';
import { createSectorFiles, openSectorFiles, type SectorFilesOptions } from '../../node/storage/sector-files.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { withDirectory } from '../support/temporary-directory.js';
import { sectorNamed } from './sample-sectors.js';

/** A sector of `count` leaves with the root that it really has. */
export const realSector = (name: string, count = 3): Packed => {
  const bytes = new Uint8Array(count * 32);
  const seed = Buffer.from(sectorNamed(name).root.slice(2), 'hex');
  for (let at = 0; at < bytes.length; at += 32) bytes.set(seed, at);
  return { sector: { root: sectorRoot(bytes), leaves: leaves(count) }, bytes };
};

export const realSectors = (count: number, leavesEach = 3): Packed[] =>
  Array.from({ length: count }, (_, index) => realSector(`sector ${index}`, leavesEach));

export interface StoreFolder {
  readonly path: string;
  readonly open: (options?: Partial<SectorFilesOptions>) => Promise<SectorStore>;
  /** A copy of the store, or of another copy, as it is on disk now: as a kill would leave it. */
  readonly copy: (from?: string) => Promise<string>;
  /** Opens a copy for one story. */
  readonly with: (path: string, story: (store: SectorStore) => Promise<void>, options?: Partial<SectorFilesOptions>) => Promise<void>;
}

/** A new store in a folder, closed afterwards. */
export const withStoreFolder = (story: (folder: StoreFolder) => Promise<void>): Promise<void> =>
  withDirectory(async (directory) => {
    const path = join(directory, 'store');
    await createSectorFiles(path, testIdentity);
    const opened: SectorStore[] = [];
    let copies = 0;
    const open = async (options: Partial<SectorFilesOptions> = {}): Promise<SectorStore> => {
      const store = await openSectorFiles({ path, identity: testIdentity, ...options });
      opened.push(store);
      return store;
    };
    const copy = async (from = path): Promise<string> => {
      copies += 1;
      const target = join(directory, `copy-${copies}`);
      await cp(from, target, { recursive: true });
      for (const name of await readdir(target)) if (name.startsWith('owner')) await rm(join(target, name));
      return target;
    };
    try {
      await story({
        path,
        open,
        copy,
        with: async (at, tell, options = {}) => {
          const store = await openSectorFiles({ path: at, identity: testIdentity, ...options });
          try {
            await tell(store);
          } finally {
            await store.close();
          }
        },
      });
    } finally {
      for (const store of opened) await store.close();
    }
  });
