import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SectorRef } from '../core/data/data-set.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { hash, leaves, type Hash } from '../core/units.js';
import { systemCode } from '../disk/disk-error.js';
import { sectorBytes } from './sector-shape.js';

export const SECTORS = 'sectors';
const shardDirectory = /^[0-9a-f]{2}$/;
const fileName = /^([0-9a-f]{64})-([1-9][0-9]{0,5})$/;

/** A sector file. */
export interface Entry {
  readonly sector: SectorRef;
  /** Bytes of the sector that the file has; what follows them is its crown. */
  readonly size: number;
}

/** A file and when it was written, milliseconds since 1970. */
interface Found extends Entry {
  readonly writtenAt: number;
}

/** What lies in a store's directory. */
export interface Scan {
  /** In the order in which they were written. */
  readonly entries: Map<Hash, Entry>;
  /** Names of the shard directories that exist. */
  readonly directories: Set<string>;
}

/** Where a sector lies in the store at `path`. */
export const pathOf = (path: string, { root, leaves: count }: SectorRef): string =>
  join(path, SECTORS, root.slice(2, 4), `${root.slice(2)}-${count}`);

/** Reads the directories of the store at `path`; STORE_CORRUPT. */
export const scan = async (path: string): Promise<Scan> => {
  const files: Found[] = [];
  const found = await readdir(join(path, SECTORS)).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new HoldfastError('STORE_CORRUPT', { path, detail: `its directory ${SECTORS} is missing` }, { cause: error });
  });
  const directories = new Set(found.filter((name) => shardDirectory.test(name)));
  for (const directory of directories) {
    for (const name of await readdir(join(path, SECTORS, directory))) {
      const [, digits, count] = fileName.exec(name) ?? [];
      if (digits === undefined || count === undefined || !digits.startsWith(directory)) continue;
      const sector = { root: hash(`0x${digits}`), leaves: leaves(Number(count)) };
      const { size, mtimeMs: writtenAt } = await stat(pathOf(path, sector));
      files.push({ sector, size: Math.min(size, sectorBytes(sector)), writtenAt });
    }
  }
  files.sort((a, b) => a.writtenAt - b.writtenAt);
  return { entries: new Map(files.map(({ sector, size }) => [sector.root, { sector, size }])), directories };
};

/** Bytes in the sectors of the store at `path`, counted from outside: the store may be open elsewhere. STORE_CORRUPT. */
export const usedBytesOf = async (path: string): Promise<number> => {
  const { entries } = await scan(path);
  return [...entries.values()].reduce((sum, { size }) => sum + size, 0);
};
