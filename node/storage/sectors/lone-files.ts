import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { OpenFiles } from '../../disk/open-files.js';
import { syncDirectory, writeDurably, type WriteStep } from '../../disk/durable-file.js';
import type { SectorPart } from '../../ports/sector-store.js';
import { bytesIn, readCrown, readPart, writeCrown } from './sector-file.js';
import { pathOf, SECTORS } from './sector-scan.js';
import { sectorBytes } from '../index/sector-shape.js';

/** Where files are written before they have their names. */
export const INCOMING = 'incoming';

/** Sectors that have a file each, with their crowns: `sectors/<first byte>/<root>-<leaves>`. */
export interface LoneFiles {
  /** Durable when it resolves; in the place of what was there. */
  write(sector: SectorRef, bytes: Uint8Array, crown: Uint8Array | undefined, signal?: AbortSignal): Promise<void>;
  /** SECTOR_MISSING, SECTOR_CORRUPT (too short). */
  read(sector: SectorRef, part: SectorPart, signal?: AbortSignal): Promise<Uint8Array>;
  /** The crown that was kept, if there is one. */
  crown(sector: SectorRef): Promise<Uint8Array | undefined>;
  keepCrown(sector: SectorRef, crown: Uint8Array): Promise<void>;
  /** Whether the file is there, and not too short. */
  isThere(sector: SectorRef): Promise<boolean>;
  remove(sector: SectorRef): Promise<void>;
  /** Has `take` move the file away, whose path it is given. */
  handOver(sector: SectorRef, take: (path: string) => Promise<void>): Promise<void>;
}

export interface LoneFilesOptions {
  /** The store's. */
  readonly path: string;
  readonly files: OpenFiles;
  readonly onStep?: ((step: WriteStep) => void | Promise<void>) | undefined;
}

export const createLoneFiles = ({ path, files, onStep }: LoneFilesOptions): LoneFiles => {
  /** Folders that are there for sure. */
  const made = new Set<string>();

  const requireFolder = async (folder: string): Promise<void> => {
    if (made.has(folder)) return;
    if ((await mkdir(folder, { recursive: true })) !== undefined) await syncDirectory(join(path, SECTORS));
    made.add(folder);
  };

  const handOver: LoneFiles['handOver'] = async (sector, take) => {
    const file = pathOf(path, sector);
    await take(file);
    await files.forget(file);
  };

  return {
    write: async (sector, bytes, crown, signal) => {
      const file = pathOf(path, sector);
      await requireFolder(dirname(file));
      await writeDurably(file, crown ? [bytes, crown] : bytes, {
        temporary: join(path, INCOMING, randomUUID()),
        signal,
        bulk: true,
        onStep,
      });
      await files.forget(file);
    },
    read: async (sector, part, signal) => {
      const { root } = sector;
      const bytes = await readPart(files, pathOf(path, sector), part, signal);
      if (bytes === undefined) throw new HoldfastError('SECTOR_MISSING', { root });
      if (bytes.length === part.length) return bytes;
      const found = await bytesIn(pathOf(path, sector), sector);
      throw new HoldfastError('SECTOR_CORRUPT', { root, expected: sectorBytes(sector), found });
    },
    crown: (sector) => readCrown(files, pathOf(path, sector), sector),
    keepCrown: (sector, crown) => writeCrown(pathOf(path, sector), sector, crown),
    isThere: async (sector) => (await bytesIn(pathOf(path, sector), sector)) === sectorBytes(sector),
    remove: (sector) => handOver(sector, (file) => rm(file, { force: true })),
    handOver,
  };
};
