import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import { diskError } from '../disk/disk-error.js';
import { createOpenFiles } from '../disk/open-files.js';
import { freeBytes } from '../disk/reserve.js';
import type { SectorStore } from '../ports/sector-store.js';
import { makeSectorIndex, openIndexOf } from './sectors/open-sector-index.js';
import { INCOMING } from './sectors/lone-files.js';
import { createPackFiles, PACK_BYTES } from './packs/pack-files.js';
import { openQuarantine } from './sectors/quarantine.js';
import { SECTORS } from './sectors/sector-scan.js';
import { createSectorStore, type StoreStep } from './sectors/sector-store.js';
import { createSpaceAccount } from './sectors/space-account.js';
import { createStoreDirectory, openStoreDirectory, raiseStoreVersion, storeVersion } from './rows/store-directory.js';

export interface SectorFilesOptions {
  readonly path: string;
  readonly identity: MarketIdentity;
  /** Most bytes of the disk that sectors take. Default: no limit but the disk's. */
  readonly capacity?: number;
  /** Bytes of the disk that sectors leave free: journal and proofs need them. Default: none. */
  readonly floor?: number;
  /** Bytes that can still be written. Default: what the file system says. */
  readonly free?: () => Promise<number>;
  /** Bytes from which on a pack gets no more sectors. Default: 32 MiB. */
  readonly packBytes?: number;
  /** Makes the index again from files and packs. Default: only where it is gone or damaged. */
  readonly rebuild?: boolean;
  /** Called at each step, and waited for. */
  readonly onStep?: (step: StoreStep) => void | Promise<void>;
}

/** Makes an empty sector store; see {@link createStoreDirectory}. */
export const createSectorFiles = (path: string, identity: MarketIdentity): Promise<void> =>
  createStoreDirectory(path, 'sector', identity, async (directory) => {
    await mkdir(join(directory, INCOMING));
    await mkdir(join(directory, SECTORS));
    await makeSectorIndex(directory);
  });

/** Files that are kept open: a sector that is read a stretch at a time is opened once. */
const MOST_OPEN = 256;

const clean = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true, force: true });
};

/**
 * Opens the sector store at `path`: small sectors many in a file, in `packs`; others one in a file, `sectors/<first byte>/<root>-<leaves>`; and
 * an index, which says where each is. Removes what an interrupted write left. No file of a sector is looked at: that is for `tend`.
 */
export const openSectorFiles = async (options: SectorFilesOptions): Promise<SectorStore> => {
  const { path, identity, capacity = Number.MAX_SAFE_INTEGER, floor = 0, free = () => freeBytes(path), rebuild = false, onStep } = options;
  const { packBytes = PACK_BYTES } = options;
  const release = await openStoreDirectory(path, 'sector', identity);
  try {
    const former = (await storeVersion(path)) < 2;
    await clean(join(path, INCOMING));
    const aside = await openQuarantine(join(path, 'rotten'));
    const opened = await openIndexOf({ path, rebuild, former });
    // An earlier program would take what lies in packs for lost.
    if (former) await raiseStoreVersion(path, 'sector', identity);
    const files = createOpenFiles(MOST_OPEN);
    const packs = createPackFiles({ path, ...opened, files, packBytes, onStep });
    const space = createSpaceAccount({ capacity, floor, free, taken: () => opened.index.taken });
    return createSectorStore({ path, ...opened, aside, space, packs, files, onStep, release });
  } catch (error) {
    await release();
    throw diskError(path, error);
  }
};
