import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Name of a sector file: its root, and how many leaves it has. */
const SECTOR_FILE = /^[0-9a-f]{64}-\d+$/;

/** Paths of all sector files in `folder`, however deep. */
export const sectorFilesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile() && SECTOR_FILE.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
};

/** Bytes in all sector files in `folder`. */
export const sectorBytesIn = async (folder: string): Promise<number> => {
  const sizes = await Promise.all((await sectorFilesIn(folder)).map(async (path) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
};
