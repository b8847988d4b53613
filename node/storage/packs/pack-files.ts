import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { OpenFiles } from '../../disk/open-files.js';
import { systemCode } from '../../disk/disk-error.js';
import { syncDirectory } from '../../disk/durable-file.js';
import { packEntry, packHead, saltOf, sectorAt, SALT_BYTES } from './pack-format.js';
import { PACK_HEAD_BYTES, HEAD_BYTES, packedBytes, type PackPlace } from '../index/sector-entry.js';
import { sectorBytes } from '../index/sector-shape.js';

export const PACKS = 'packs';
/** How large packs get. */
export const PACK_BYTES = 32 << 20;

const NAME = /^([0-9a-f]{8})\.pack$/;

/** A sector with its bytes. */
export interface Packed {
  readonly sector: SectorRef;
  readonly bytes: Uint8Array;
}

/** Points that an append passes, in order. */
export type PackStep = 'packed' | 'pack-synced';

/** The pack that entries are appended to. */
interface Current {
  readonly number: number;
  readonly salt: Buffer;
  readonly handle: FileHandle;
  length: number;
}

/** The bytes of a sector in a pack. */
export interface PackRead {
  readonly bytes: Uint8Array;
  /** Whether they could be found without the index: what stands before them is as it was written. */
  readonly headed: boolean;
}

/** The files that small sectors lie in. Bytes once written are never changed. */
export interface PackFiles {
  /** The pack that is appended to, which stays; undefined before the first append. */
  readonly current: number | undefined;
  /** Appends; durable when it resolves to where each lies. One at a time. A failure leaves nothing that counts. */
  append(sectors: readonly Packed[]): Promise<readonly PackPlace[]>;
  /** SECTOR_MISSING where there is no such pack, SECTOR_CORRUPT where it ends before; the root is not recomputed. */
  read(sector: SectorRef, place: PackPlace): Promise<PackRead>;
  /** Bytes that a pack has now; none if it is gone. */
  size(number: number): Promise<number>;
  remove(number: number): Promise<void>;
  close(): Promise<void>;
}

export const packPath = (path: string, number: number): string => join(path, PACKS, `${number.toString(16).padStart(8, '0')}.pack`);

/** Lengths of the packs in the store at `path`, by number. */
export const packSizes = async (path: string): Promise<Map<number, number>> => {
  const names = await readdir(join(path, PACKS)).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  const numbers = names.flatMap((name) => Number.parseInt(NAME.exec(name)?.[1] ?? '', 16)).filter((number) => !Number.isNaN(number));
  numbers.sort((a, b) => a - b);
  const sizes = new Map<number, number>();
  for (const number of numbers) sizes.set(number, (await stat(packPath(path, number))).size);
  return sizes;
};

/** Reads `length` bytes at `offset`, or as many as there are. */
export const readAt = async (handle: FileHandle, offset: number, length: number): Promise<Buffer> => {
  const buffer = Buffer.allocUnsafeSlow(length);
  let end = 0;
  while (end < length) {
    const { bytesRead } = await handle.read(buffer, end, length - end, offset + end);
    if (bytesRead === 0) break;
    end += bytesRead;
  }
  return buffer.subarray(0, end);
};

const writeAt = async (handle: FileHandle, offset: number, bytes: Buffer): Promise<void> => {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at, bytes.length - at, offset + at)).bytesWritten;
};

export interface PackFilesOptions {
  readonly path: string;
  readonly files: OpenFiles;
  /** Where appending goes on, behind what is known to be whole: what lies after it is cut off. */
  readonly last: { readonly number: number; readonly length: number } | undefined;
  /** The first number that no pack has had. */
  readonly next: number;
  /** A pack that has so many bytes gets no more entries. */
  readonly packBytes: number;
  readonly onStep?: ((step: PackStep) => void | Promise<void>) | undefined;
}

export const createPackFiles = ({ path, files, last, next: first, packBytes, onStep }: PackFilesOptions): PackFiles => {
  let current: Current | undefined;
  let resumed = last === undefined;
  let next = first;
  const salts = new Map<number, Buffer>();

  const begin = async (): Promise<Current> => {
    const number = next;
    const salt = randomBytes(SALT_BYTES);
    await mkdir(join(path, PACKS), { recursive: true });
    const handle = await open(packPath(path, number), 'wx+', 0o600);
    try {
      await handle.write(packHead(salt), 0, PACK_HEAD_BYTES, 0);
      await handle.sync();
      await syncDirectory(join(path, PACKS));
      await syncDirectory(path);
    } catch (error) {
      await handle.close();
      await rm(packPath(path, number), { force: true });
      throw error;
    }
    next += 1;
    return { number, salt, handle, length: PACK_HEAD_BYTES };
  };

  const resume = async ({ number, length }: { readonly number: number; readonly length: number }): Promise<Current | undefined> => {
    const handle = await open(packPath(path, number), 'r+');
    const salt = saltOf(await readAt(handle, 0, PACK_HEAD_BYTES));
    if (salt === undefined) {
      await handle.close();
      return undefined;
    }
    await handle.truncate(length);
    return { number, salt, handle, length };
  };

  const abandon = async (): Promise<void> => {
    const left = current;
    current = undefined;
    await left?.handle.truncate(left.length).catch(() => undefined);
    await left?.handle.close().catch(() => undefined);
  };

  const takesMore = async (): Promise<Current> => {
    if (!resumed && last !== undefined && last.length < packBytes) current = await resume(last).catch(() => undefined);
    resumed = true;
    // What is written to a file that was taken away nobody finds again.
    if (current !== undefined && (current.length >= packBytes || (await current.handle.stat()).nlink === 0)) {
      await current.handle.close();
      current = undefined;
    }
    return (current ??= await begin());
  };

  const saltIn = async (handle: FileHandle, number: number): Promise<Buffer | undefined> => {
    const salt = salts.get(number) ?? saltOf(await readAt(handle, 0, PACK_HEAD_BYTES));
    if (salt !== undefined) salts.set(number, salt);
    return salt;
  };

  return {
    get current() {
      return current?.number ?? (resumed ? undefined : last?.number);
    },
    append: async (sectors) => {
      const pack = await takesMore();
      const places: PackPlace[] = [];
      const entries: Buffer[] = [];
      let { length } = pack;
      for (const { sector, bytes } of sectors) {
        places.push({ number: pack.number, offset: length });
        entries.push(packEntry(pack.salt, length, sector, bytes));
        length += packedBytes(sector);
      }
      try {
        await writeAt(pack.handle, pack.length, Buffer.concat(entries));
        await onStep?.('packed');
      } catch (error) {
        await pack.handle.truncate(pack.length).catch(abandon);
        throw error;
      }
      try {
        await pack.handle.datasync();
        await onStep?.('pack-synced');
      } catch (error) {
        // Of a file that was not synced once, nothing that the disk says later can be relied on.
        await abandon();
        throw error;
      }
      pack.length = length;
      return places;
    },
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
    close: async () => {
      await current?.handle.close();
      current = undefined;
    },
  };
};
