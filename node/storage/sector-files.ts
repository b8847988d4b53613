import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SectorRef } from '../core/data/data-set.js';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { Hash } from '../core/units.js';
import type { SectorStore } from '../ports/store.js';
import { diskError } from '../disk/disk-error.js';
import { syncDirectory, writeDurably, type WriteStep } from '../disk/durable-file.js';
import { freeBytes } from '../disk/reserve.js';
import { openQuarantine, type Quarantine } from './quarantine.js';
import { pathOf, scan, SECTORS, type Entry, type Scan } from './sector-scan.js';
import { bytesIn, readCrown, readPart, writeCrown } from './sector-file.js';
import { crownToKeep, partOf, requireSector, sectorBytes } from './sector-shape.js';
import { createSerial } from '../core/tasks/serial.js';
import { createSpaceAccount, type SpaceAccount } from './space-account.js';
import { createStoreDirectory, openStoreDirectory } from './store-directory.js';

const INCOMING = 'incoming';

export interface SectorFilesOptions {
  readonly path: string;
  readonly identity: MarketIdentity;
  /** Most bytes in sectors, each counted by the blocks that it takes; crowns (0.05 %) are not counted. Default: no limit but the disk's. */
  readonly capacity?: number;
  /** Bytes of a block of the disk. Default: one. */
  readonly block?: number;
  /** Bytes of the disk that sectors leave free: journal and proofs need them. Default: none. */
  readonly floor?: number;
  /** Bytes that can still be written. Default: what the file system says. */
  readonly free?: () => Promise<number>;
  /** Called at each step of a durable write, and waited for. */
  readonly onStep?: (step: WriteStep, sector: SectorRef) => void | Promise<void>;
}

/** Makes an empty sector store; see {@link createStoreDirectory}. */
export const createSectorFiles = (path: string, identity: MarketIdentity): Promise<void> =>
  createStoreDirectory(path, 'sector', identity, async (directory) => {
    await mkdir(join(directory, INCOMING));
    await mkdir(join(directory, SECTORS));
  });

const clean = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true, force: true });
};

/**
 * Opens the sector store at `path`: one file a sector, `sectors/<first byte>/<root>-<leaves>`, its bytes and then its crown. Removes
 * what an interrupted write left. A file that is too short counts as used, is not listed, and gives way to the whole sector.
 */
export const openSectorFiles = async (options: SectorFilesOptions): Promise<SectorStore> => {
  const { path, identity, capacity = Number.MAX_SAFE_INTEGER, block = 1, floor = 0, free = () => freeBytes(path), onStep } = options;
  const release = await openStoreDirectory(path, 'sector', identity);
  try {
    await clean(join(path, INCOMING));
    const aside = await openQuarantine(join(path, 'rotten'));
    const space = createSpaceAccount({ capacity, block, floor, free });
    return createStore({ path, aside, space, onStep, release, ...(await scan(path)) });
  } catch (error) {
    await release();
    throw diskError(path, error);
  }
};

interface StoreState extends Scan {
  readonly path: string;
  readonly aside: Quarantine;
  readonly space: SpaceAccount;
  readonly onStep: SectorFilesOptions['onStep'];
  readonly release: () => Promise<void>;
}

const createStore = ({ path, aside, space, onStep, release, entries, directories }: StoreState): SectorStore => {
  const serial = createSerial();
  const running = new Set<Promise<unknown>>();
  for (const { size } of entries.values()) space.add(size);
  let closed = false;

  const guarded = <Result>(root: Hash, task: () => Promise<Result>): Promise<Result> => {
    if (closed) return Promise.reject(new HoldfastError('STORE_CLOSED', { path }));
    const run = serial(root, task).catch((error: unknown) => Promise.reject(diskError(path, error) as Error));
    running.add(run);
    const done = (): boolean => running.delete(run);
    run.then(done, done);
    return run;
  };

  const remove = async (entry: Entry): Promise<void> => {
    await rm(pathOf(path, entry.sector), { force: true });
    entries.delete(entry.sector.root);
    space.remove(entry.size);
  };

  const required = (root: Hash): Entry => {
    const kept = entries.get(root);
    if (!kept) throw new HoldfastError('SECTOR_MISSING', { root });
    return kept;
  };

  const requireDirectory = async (name: string): Promise<void> => {
    if (directories.has(name)) return;
    await mkdir(join(path, SECTORS, name), { recursive: true });
    await syncDirectory(join(path, SECTORS));
    directories.add(name);
  };

  const write = async (sector: SectorRef, bytes: Uint8Array, signal?: AbortSignal, crown?: Uint8Array): Promise<void> => {
    const release = await space.reserve(bytes.length);
    try {
      await requireDirectory(sector.root.slice(2, 4));
      const temporary = join(path, INCOMING, randomUUID());
      const step = onStep && ((reached: WriteStep): void | Promise<void> => onStep(reached, sector));
      await writeDurably(pathOf(path, sector), crown ? [bytes, crown] : bytes, { temporary, signal, bulk: true, onStep: step });
      entries.set(sector.root, { sector, size: bytes.length });
      space.add(bytes.length);
    } finally {
      release();
    }
  };

  return {
    get bytesUsed() {
      return space.bytes;
    },
    room: () => space.room(),
    put: async (sector, bytes, signal, crown) => {
      requireSector(sector, bytes);
      await guarded(sector.root, async () => {
        signal?.throwIfAborted();
        const kept = entries.get(sector.root);
        const whole = kept?.size === (kept && sectorBytes(kept.sector));
        if (kept && whole && kept.sector.leaves !== sector.leaves) {
          throw new HoldfastError('SECTOR_CONFLICT', { root: sector.root, kept: kept.sector.leaves, offered: sector.leaves });
        }
        if (kept && whole) return;
        if (kept) await remove(kept);
        await write(sector, bytes, signal, crownToKeep(sector, crown));
        await aside.drop(sector.root);
      });
    },
    has: (root) =>
      guarded(root, async () => {
        const kept = entries.get(root);
        return kept !== undefined && (await bytesIn(pathOf(path, kept.sector), kept.sector)) === sectorBytes(kept.sector);
      }),
    outline: (root) =>
      guarded(root, async () => {
        const { sector } = required(root);
        return { leaves: sector.leaves, crown: await readCrown(pathOf(path, sector), sector) };
      }),
    read: (root, part, signal) =>
      guarded(root, async () => {
        const { sector } = required(root);
        const { offset, length } = partOf(sector, part);
        const bytes = await readPart(pathOf(path, sector), { offset, length }, signal);
        if (!bytes) throw new HoldfastError('SECTOR_MISSING', { root });
        if (bytes.length === length) return bytes;
        throw new HoldfastError('SECTOR_CORRUPT', {
          root,
          expected: sectorBytes(sector),
          found: await bytesIn(pathOf(path, sector), sector),
        });
      }),
    keepCrown: (root, crown) =>
      guarded(root, async () => {
        const sector = entries.get(root)?.sector;
        const kept = sector && crownToKeep(sector, crown);
        if (!kept) return;
        const release = await space.reserve(0);
        await writeCrown(pathOf(path, sector), sector, kept).finally(release);
      }),
    quarantine: (root) =>
      guarded(root, async () => {
        const kept = entries.get(root);
        if (!kept) return;
        await aside.take(pathOf(path, kept.sector), root);
        entries.delete(root);
        space.remove(kept.size);
      }),
    delete: (root) =>
      guarded(root, async () => {
        const kept = entries.get(root);
        if (kept) await remove(kept);
        await aside.drop(root);
      }),
    async *list() {
      for (const { sector, size } of [...entries.values()]) if (size === sectorBytes(sector)) yield sector;
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await Promise.allSettled(running);
      await release();
    },
  };
};
