import { rm, stat, type FileHandle } from 'node:fs/promises';
import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { systemCode } from '../../disk/disk-error.js';
import type { OpenFiles } from '../../disk/open-files.js';
import { PACK_HEAD_BYTES, HEAD_BYTES, packedBytes, type PackPlace } from '../index/sector-entry.js';
import { sectorBytes } from '../index/sector-shape.js';
import { createPackAppender, type PackAppender, type PackAppenderOptions } from './pack-appender.js';
import { packPath, readAt } from './pack-file.js';
import { saltOf, sectorAt } from './pack-format.js';

/** How large packs get. */
export const PACK_BYTES = 32 << 20;

/** The bytes of a sector in a pack. */
export interface PackRead {
  readonly bytes: Uint8Array;
  /** Whether they could be found without the index: what stands before them is as it was written. */
  readonly headed: boolean;
}

/** The files that small sectors lie in. Bytes once written are never changed. */
export interface PackFiles extends PackAppender {
  /** SECTOR_MISSING where there is no such pack, SECTOR_CORRUPT where it ends before; the root is not recomputed. */
  read(sector: SectorRef, place: PackPlace): Promise<PackRead>;
  /** Bytes that a pack has now; none if it is gone. */
  size(number: number): Promise<number>;
  remove(number: number): Promise<void>;
}

export interface PackFilesOptions extends PackAppenderOptions {
  readonly files: OpenFiles;
}

export const createPackFiles = ({ files, ...options }: PackFilesOptions): PackFiles => {
  const { path } = options;
  const appender = createPackAppender(options);
  const salts = new Map<number, Buffer>();

  const saltIn = async (handle: FileHandle, number: number): Promise<Buffer | undefined> => {
    const salt = salts.get(number) ?? saltOf(await readAt(handle, 0, PACK_HEAD_BYTES));
    if (salt !== undefined) salts.set(number, salt);
    return salt;
  };

  return {
    get current() {
      return appender.current;
    },
    append: appender.append,
    read: async (sector, { number, offset }) => {
      const { root } = sector;
      const take = async (handle: FileHandle): Promise<PackRead> => {
        const salt = await saltIn(handle, number);
        const entry = await readAt(handle, offset, packedBytes(sector));
        const bytes = new Uint8Array(
          entry.buffer,
          entry.byteOffset + Math.min(HEAD_BYTES, entry.length),
          Math.max(0, entry.length - HEAD_BYTES),
        );
        if (entry.length < packedBytes(sector))
          throw new HoldfastError('SECTOR_CORRUPT', { root, expected: sectorBytes(sector), found: bytes.length });
        const named = salt && sectorAt(salt, offset, entry);
        return { bytes, headed: named?.root === root && named.leaves === sector.leaves };
      };
      return files.use(packPath(path, number), take).catch((error: unknown) => {
        if (systemCode(error) === 'ENOENT') throw new HoldfastError('SECTOR_MISSING', { root }, { cause: error });
        throw error;
      });
    },
    size: async (number) => {
      const { size } = await stat(packPath(path, number)).catch((error: unknown) => {
        if (systemCode(error) === 'ENOENT') return { size: 0 };
        throw error;
      });
      return size;
    },
    remove: async (number) => {
      salts.delete(number);
      await rm(packPath(path, number), { force: true });
      await files.forget(packPath(path, number));
    },
    close: appender.close,
  };
};
