import { fromHex, toHex } from './bytes.js';
import type { SectorRef } from './data-set.js';
import { SECTOR_LEAVES, hash, leaves } from '../units.js';

/** A sector packed: root (32 bytes) and leaves (3 bytes, big endian). */
export const PACKED_SECTOR_BYTES = 35;

export const packSectors = (sectors: readonly SectorRef[]): Uint8Array => {
  const bytes = new Uint8Array(sectors.length * PACKED_SECTOR_BYTES);
  sectors.forEach((sector, i) => {
    const at = i * PACKED_SECTOR_BYTES;
    bytes.set(fromHex(sector.root), at);
    bytes[at + 32] = sector.leaves >>> 16;
    bytes[at + 33] = sector.leaves >>> 8;
    bytes[at + 34] = sector.leaves;
  });
  return bytes;
};

/** RangeError if the bytes are no whole sectors, or a sector has no leaves or too many. */
export const unpackSectors = (bytes: Uint8Array): SectorRef[] => {
  if (bytes.length % PACKED_SECTOR_BYTES !== 0) throw new RangeError('the list of sectors is cut short');
  return Array.from({ length: bytes.length / PACKED_SECTOR_BYTES }, (_, i) => {
    const at = i * PACKED_SECTOR_BYTES;
    const count = ((bytes[at + 32] as number) << 16) | ((bytes[at + 33] as number) << 8) | (bytes[at + 34] as number);
    if (count < 1 || count > SECTOR_LEAVES) throw new RangeError(`sector ${i} has ${count} leaves, not 1 to ${SECTOR_LEAVES}`);
    return { root: hash(toHex(bytes.subarray(at, at + 32))), leaves: leaves(count) };
  });
};
