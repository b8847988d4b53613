import { readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../disk/disk-error.js';

export const PACKS = 'packs';
const NAME = /^([0-9a-f]{8})\.pack$/;

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
