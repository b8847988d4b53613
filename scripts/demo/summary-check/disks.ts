import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findLeak } from './leak.js';
import type { DiskFile } from './summary-file.js';

const LEAF_BYTES = 32n;
const SECTOR_FILE = /^[0-9a-f]{64}-\d+$/;
const PACK = /^[0-9a-f]{8}\.pack$/;
/** Bytes at the beginning of a pack, and before each sector in it; where among these its count of leaves is. */
const [PACK_HEAD, ENTRY_HEAD, LEAVES_AT] = [32, 64, 32];

/** A sector as it lies on a provider's disk. */
export interface StoredSector {
  readonly provider: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What lies in a pack, deleted or not. */
const unpack = (pack: Buffer): readonly Buffer[] => {
  const sectors: Buffer[] = [];
  for (let at = PACK_HEAD; at + ENTRY_HEAD <= pack.length;) {
    const end = at + ENTRY_HEAD + pack.readUInt32BE(at + LEAVES_AT) * Number(LEAF_BYTES);
    sectors.push(pack.subarray(at + ENTRY_HEAD, end));
    at = end;
  }
  return sectors;
};

/** All sectors in the folders of `providers`, however deep. */
export const readSectors = async (providers: DiskFile['providers']): Promise<readonly StoredSector[]> => {
  const sectors = providers.map(async ({ provider, dir }) => {
    const entries = await readdir(dir, { withFileTypes: true, recursive: true });
    const pathsOf = (name: RegExp): string[] =>
      entries.filter((entry) => entry.isFile() && name.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
    const lone = pathsOf(SECTOR_FILE).map(async (path) => [{ provider, path, bytes: await readFile(path) }]);
    const packed = pathsOf(PACK).map(async (path) => unpack(await readFile(path)).map((bytes) => ({ provider, path, bytes })));
    return (await Promise.all([...lone, ...packed])).flat();
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
