import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { hash, leaves } from '../../core/units.js';
import { systemCode } from '../../disk/disk-error.js';
import { packSizes } from '../packs/pack-file.js';
import { sectorBytes } from '../index/sector-shape.js';

export const SECTORS = 'sectors';
const shardDirectory = /^[0-9a-f]{2}$/;
const fileName = /^([0-9a-f]{64})-([1-9][0-9]{0,5})$/;

/** A file with one sector. */
export interface SectorFile {
  readonly sector: SectorRef;
  /** Bytes of the sector that it has; what follows them is its crown. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
}

/** Where a sector with a file of its own lies in the store at `path`. */
export const pathOf = (path: string, { root, leaves: count }: SectorRef): string =>
  join(path, SECTORS, root.slice(2, 4), `${root.slice(2)}-${count}`);

/** Names of the folders that hold such files; STORE_CORRUPT if what holds them is missing. */
export const shardsOf = async (path: string): Promise<string[]> => {
  const found = await readdir(join(path, SECTORS)).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new HoldfastError('STORE_CORRUPT', { path, detail: `its directory ${SECTORS} is missing` }, { cause: error });
  });
  return found.filter((name) => shardDirectory.test(name));
};

/** The sectors that the files of one folder are named after. */
export const namedIn = async (path: string, shard: string): Promise<SectorRef[]> =>
  (await readdir(join(path, SECTORS, shard))).flatMap((name) => {
    const [, digits, count] = fileName.exec(name) ?? [];
    if (digits === undefined || count === undefined || !digits.startsWith(shard)) return [];
    return [{ root: hash(`0x${digits}`), leaves: leaves(Number(count)) }];
  });

/** What the file of a sector is; undefined where there is none. */
export const lookAt = async (path: string, sector: SectorRef): Promise<SectorFile | undefined> => {
  const found = await stat(pathOf(path, sector)).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  return found && { sector, size: Math.min(found.size, sectorBytes(sector)), writtenAt: found.mtimeMs };
};

/** Bytes in the sectors of the store at `path`, by the names of files: the store may be open elsewhere. STORE_CORRUPT. */
export const usedBytesOf = async (path: string): Promise<number> => {
  let used = 0;
  for (const shard of await shardsOf(path)) for (const sector of await namedIn(path, shard)) used += sectorBytes(sector);
  for (const size of (await packSizes(path)).values()) used += size;
  return used;
};
