import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Name of a sector file: its root, and how many leaves it has. */
const SECTOR_FILE = /^[0-9a-f]{64}-\d+$/;
/** Name of a file of many small sectors. */
const PACK_FILE = /^[0-9a-f]{8}\.pack$/;

/** Paths of the files in `folder`, however deep, whose names are such. */
const filesIn = async (folder: string, name: RegExp): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile() && name.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
};

/** Bytes of the sectors in a pack: a head of 32 bytes, then for each 64 bytes with its count of leaves, and the leaves. */
const packedBytesIn = (pack: Buffer): number => {
  let sum = 0;
  for (let at = 32; at + 64 <= pack.length;) {
    const bytes = pack.readUInt32BE(at + 32) * 32;
    sum += bytes;
    at += 64 + bytes;
  }
  return sum;
};

/** Bytes of all sectors in `folder`, those that are deleted and still lie in packs too. */
export const sectorBytesIn = async (folder: string): Promise<number> => {
  const lone = (await filesIn(folder, SECTOR_FILE)).map(async (path) => (await stat(path)).size);
  const packed = (await filesIn(folder, PACK_FILE)).map(async (path) => packedBytesIn(await readFile(path)));
  return (await Promise.all([...lone, ...packed])).reduce((sum, bytes) => sum + bytes, 0);
};
