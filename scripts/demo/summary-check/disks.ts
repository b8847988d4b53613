import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findLeak } from './leak.js';
import type { DiskFile } from './summary-file.js';

const LEAF_BYTES = 32n;
const SECTOR_FILE = /^[0-9a-f]{64}-\d+$/;

/** A sector file as it lies on a provider's disk. */
export interface StoredSector {
  readonly provider: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** All sector files in the folders of `providers`, however deep. */
export const readSectors = async (providers: DiskFile['providers']): Promise<readonly StoredSector[]> => {
  const sectors = providers.map(async ({ provider, dir }) => {
    const entries = await readdir(dir, { withFileTypes: true, recursive: true });
    const paths = entries
      .filter((entry) => entry.isFile() && SECTOR_FILE.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    return Promise.all(paths.map(async (path) => ({ provider, path, bytes: await readFile(path) })));
  });
  return (await Promise.all(sectors)).flat();
};

/** Where plaintext stands in a sector: the first place of each plaintext. */
export const leakComplaints = (sectors: readonly StoredSector[], plaintexts: ReadonlyMap<string, Uint8Array>): readonly string[] => {
  const stored = sectors.map(({ bytes }) => bytes);
  return [...plaintexts].flatMap(([name, plaintext]) => {
    const leak = findLeak(plaintext, stored);
    if (!leak) return [];
    return [
      `${sectors[leak.stored]?.path} holds plaintext: byte ${leak.plaintextOffset} of ${name} stands at its byte ${leak.storedOffset}`,
    ];
  });
};

/** Providers whose sector files, found or said to be there, hold over 1 % more than the leaves placed there. */
export const surplusComplaints = (
  { provider, bytesOnDisk }: DiskFile['providers'][number],
  sectors: readonly StoredSector[],
  placedLeaves: bigint,
): readonly string[] => {
  const placed = placedLeaves * LEAF_BYTES;
  const found = sectors.filter((sector) => sector.provider === provider).reduce((sum, { bytes }) => sum + bytes.length, 0);
  return [found, bytesOnDisk]
    .filter((bytes) => BigInt(bytes) * 100n > placed * 101n)
    .map((bytes) => `${provider} holds ${bytes} bytes of sectors, and ${placed} were placed there`);
};
