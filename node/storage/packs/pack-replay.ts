import { open, type FileHandle } from 'node:fs/promises';
import type { SectorRef } from '../../core/data/data-set.js';
import { systemCode } from '../../disk/disk-error.js';
import { packPath, readAt } from './pack-file.js';
import { ALIGNMENT, areIntact, saltOf, sectorAt } from './pack-format.js';
import { HEAD_BYTES, PACK_HEAD_BYTES, PACKED_BELOW, packedBytes } from '../index/sector-entry.js';

/** An entry whose head is as it was written. */
export interface Replayed {
  readonly sector: SectorRef;
  /** Undefined where they cannot be read, or are not as they were written. */
  readonly bytes: Buffer | undefined;
  readonly offset: number;
  /** Where the next one may begin. */
  readonly end: number;
}

const WINDOW_BYTES = 1 << 20;

/** What a disk that fails to read one part fails to read with it. */
const BLOCK_BYTES = 4096;

/** What `read` gives; undefined where the disk cannot read that part. */
const ifReadable = (read: Promise<Buffer>): Promise<Buffer | undefined> =>
  read.catch((error: unknown) => {
    if (systemCode(error) === 'EIO') return undefined;
    throw error;
  });

/** Reads a file from front to back, a window at a time, and where a window cannot be read what is asked for alone; undefined if it cannot either. */
const createWindow = (handle: FileHandle) => {
  let start = 0;
  let window: Buffer = Buffer.alloc(0);
  let carefulUntil = 0;
  return async (offset: number, length: number): Promise<Buffer | undefined> => {
    if (offset >= start && offset + length <= start + window.length) return window.subarray(offset - start, offset - start + length);
    if (offset >= carefulUntil) {
      const read = await ifReadable(readAt(handle, offset, WINDOW_BYTES + HEAD_BYTES + PACKED_BELOW));
      if (read !== undefined) {
        [start, window] = [offset, read];
        return window.subarray(0, length);
      }
      carefulUntil = offset + WINDOW_BYTES;
    }
    return ifReadable(readAt(handle, offset, length));
  };
};

const saltIn = (handle: FileHandle): Promise<Buffer | undefined> =>
  ifReadable(readAt(handle, 0, PACK_HEAD_BYTES)).then((head) => head && saltOf(head));

/** The salt of a pack; undefined where its head is damaged. */
export const readSalt = async (path: string, number: number): Promise<Buffer | undefined> => {
  const handle = await open(packPath(path, number), 'r');
  try {
    return await saltIn(handle);
  } finally {
    await handle.close();
  }
};

/**
 * The entries of a pack from `from` on: what is torn, damaged or unreadable is passed over, up to the next one that can be told. Nothing of a
 * pack whose head is damaged, or that is gone.
 */
export async function* replay(path: string, number: number, from: number): AsyncGenerator<Replayed> {
  const handle = await open(packPath(path, number), 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return;
  try {
    const salt = await saltIn(handle);
    if (salt === undefined) return;
    const { size } = await handle.stat();
    const view = createWindow(handle);
    for (let offset = Math.max(from, PACK_HEAD_BYTES); offset + HEAD_BYTES <= size;) {
      const head = await view(offset, HEAD_BYTES);
      const sector = head && sectorAt(salt, offset, head);
      if (sector === undefined) {
        offset = head === undefined ? (Math.floor(offset / BLOCK_BYTES) + 1) * BLOCK_BYTES : offset + ALIGNMENT;
        continue;
      }
      const length = packedBytes(sector);
      const entry = await view(offset, length);
      const bytes = entry?.subarray(HEAD_BYTES);
      const isWhole = entry !== undefined && bytes !== undefined && entry.length === length && areIntact(entry, bytes);
      // What is torn may have been written over, behind where it began.
      const end = offset + (isWhole || entry === undefined ? length : ALIGNMENT);
      yield { sector, bytes: isWhole ? bytes : undefined, offset, end };
      offset = end;
    }
  } finally {
    await handle.close();
  }
}
