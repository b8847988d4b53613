import { open, stat, type FileHandle } from 'node:fs/promises';
import type { SectorRef } from '../../core/data/data-set.js';
import type { OpenFiles } from '../../disk/open-files.js';
import type { SectorPart } from '../../ports/sector-store.js';
import { systemCode } from '../../disk/disk-error.js';
import { crownBytes, sectorBytes } from '../index/sector-shape.js';

/*
 * A file of one sector: its bytes, and after them its crown. The crown proves itself, so a file without one, with half of one or with a wrong
 * one is a whole sector all the same.
 */

const missingAsUndefined = (error: unknown): undefined => {
  if (systemCode(error) === 'ENOENT') return undefined;
  throw error;
};

/** Reads into all of `bytes` from `position`; how many there were before the file ended. */
const fill = async (file: FileHandle, bytes: Uint8Array, position: number, signal?: AbortSignal): Promise<number> => {
  let filled = 0;
  while (filled < bytes.length) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
};

/** Bytes of the file at `path`, fewer if it ends before, and no others are read; undefined if it is not there. */
export const readPart = (
  files: OpenFiles,
  path: string,
  { offset, length }: SectorPart,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> => {
  const read = async (file: FileHandle): Promise<Uint8Array> => {
    const bytes = Buffer.allocUnsafeSlow(length);
    const filled = await fill(file, bytes, offset, signal);
    return filled === length ? bytes : bytes.subarray(0, filled);
  };
  return files.use(path, read).catch(missingAsUndefined);
};

/** The crown at the end of the file at `path`; undefined if there is none, or not all of it. */
export const readCrown = async (files: OpenFiles, path: string, sector: SectorRef): Promise<Uint8Array | undefined> => {
  const length = crownBytes(sector);
  const crown = length === 0 ? undefined : await readPart(files, path, { offset: sectorBytes(sector), length });
  return crown?.length === length ? crown : undefined;
};

/** Writes `crown` at the end of the file at `path`, in the place of what is there. Durable when it resolves; what a crash leaves is noticed. */
export const writeCrown = async (path: string, sector: SectorRef, crown: Uint8Array): Promise<void> => {
  const file = await open(path, 'r+').catch(missingAsUndefined);
  if (file === undefined) return;
  try {
    // Behind a sector that is too short a crown would make up for its length.
    if ((await file.stat()).size < sectorBytes(sector)) return;
    await file.write(crown, 0, crown.length, sectorBytes(sector));
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Bytes of the sector that the file at `path` has; none if it is not there. */
export const bytesIn = async (path: string, sector: SectorRef): Promise<number> => {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  return Math.min(size, sectorBytes(sector));
};
