import { open, type FileHandle } from 'node:fs/promises';
import type { SectorRef } from '../../core/data/data-set.js';
import { systemCode } from '../../disk/disk-error.js';
import { packPath, readAt } from './pack-files.js';
import { ALIGNMENT, areIntact, saltOf, sectorAt } from './pack-format.js';
import { HEAD_BYTES, PACK_HEAD_BYTES, PACKED_BELOW, packedBytes } from '../index/sector-entry.js';

/** An entry that is as it was written. */
export interface Replayed {
  readonly sector: SectorRef;
  readonly bytes: Buffer;
  readonly offset: number;
  /** Where the next one may begin. */
  readonly end: number;
}

const WINDOW_BYTES = 1 << 20;

/** Reads a file from front to back, a window at a time. */
const createWindow = (handle: FileHandle) => {
  let start = 0;
  let window: Buffer = Buffer.alloc(0);
  return async (offset: number, length: number): Promise<Buffer> => {
    if (offset < start || offset + length > start + window.length) {
      start = offset;
      window = await readAt(handle, offset, WINDOW_BYTES + HEAD_BYTES + PACKED_BELOW);
    }
    return window.subarray(offset - start, offset - start + length);
  };
};

/** The salt of a pack; undefined where its head is damaged. */
export const readSalt = async (path: string, number: number): Promise<Buffer | undefined> => {
  const handle = await open(packPath(path, number), 'r');
  try {
    return saltOf(await readAt(handle, 0, PACK_HEAD_BYTES));
  } finally {
    await handle.close();
  }
};

/**
 * The whole entries of a pack from `from` on: what is torn or damaged is passed over, up to the next one that can be told. Nothing of a pack
 * whose head is damaged, or that is gone.
 */
export async function* replay(path: string, number: number, from: number): AsyncGenerator<Replayed> {
  const handle = await open(packPath(path, number), 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return;
  try {
    const salt = saltOf(await readAt(handle, 0, PACK_HEAD_BYTES));
    if (salt === undefined) return;
    const { size } = await handle.stat();
    const view = createWindow(handle);
    for (let offset = Math.max(from, PACK_HEAD_BYTES); offset + HEAD_BYTES <= size;) {
      const head = await view(offset, HEAD_BYTES);
      const sector = sectorAt(salt, offset, head);
      const entry = sector && (await view(offset, packedBytes(sector)));
      const bytes = entry?.subarray(HEAD_BYTES);
      const end = offset + (entry?.length ?? 0);
      if (sector && entry && bytes && entry.length === packedBytes(sector) && areIntact(entry, bytes)) {
        yield { sector, bytes, offset, end };
        offset = end;
      } else offset += ALIGNMENT;
    }
  } finally {
    await handle.close();
  }
}
