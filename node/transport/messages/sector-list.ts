import { fromHex, toHex } from '../../core/data/bytes.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { SECTOR_LEAVES, hash, leaves } from '../../core/units.js';
import type { RevisionChange } from '../../ports/link.js';

/** A sector packed: root (32 bytes) and leaves (3 bytes, big endian). */
export const PACKED_SECTOR_BYTES = 35;
/** An index packed: 3 bytes, big endian (R13: at most 2^24 sectors). */
export const PACKED_INDEX_BYTES = 3;

const writeUint24 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 16;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value;
};
const readUint24 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);

export const packSectors = (sectors: readonly SectorRef[]): Uint8Array => {
  const bytes = new Uint8Array(sectors.length * PACKED_SECTOR_BYTES);
  sectors.forEach((sector, i) => {
    bytes.set(fromHex(sector.root), i * PACKED_SECTOR_BYTES);
    writeUint24(bytes, i * PACKED_SECTOR_BYTES + 32, sector.leaves);
  });
  return bytes;
};

/** RangeError if a sector has no leaves or too many. `bytes` is a multiple of {@link PACKED_SECTOR_BYTES}. */
export const unpackSectors = (bytes: Uint8Array): SectorRef[] =>
  Array.from({ length: bytes.length / PACKED_SECTOR_BYTES }, (_, i) => {
    const at = i * PACKED_SECTOR_BYTES;
    const count = readUint24(bytes, at + 32);
    if (count < 1 || count > SECTOR_LEAVES) throw new RangeError(`sector ${i} has ${count} leaves, not 1 to ${SECTOR_LEAVES}`);
    return { root: hash(toHex(bytes.subarray(at, at + 32))), leaves: leaves(count) };
  });

/** Indices to remove, then sectors to append. */
export const packChange = ({ remove, append }: RevisionChange): Uint8Array => {
  const bytes = new Uint8Array(remove.length * PACKED_INDEX_BYTES + append.length * PACKED_SECTOR_BYTES);
  remove.forEach((index, i) => writeUint24(bytes, i * PACKED_INDEX_BYTES, index));
  bytes.set(packSectors(append), remove.length * PACKED_INDEX_BYTES);
  return bytes;
};

/** RangeError if the indices do not ascend or a sector is out of bounds. */
export const unpackChange = (bytes: Uint8Array, removed: number): RevisionChange => {
  const remove = Array.from({ length: removed }, (_, i) => readUint24(bytes, i * PACKED_INDEX_BYTES));
  remove.forEach((index, i) => {
    if (i > 0 && index <= (remove[i - 1] as number)) throw new RangeError('the indices to remove do not ascend');
  });
  return { remove, append: unpackSectors(bytes.subarray(removed * PACKED_INDEX_BYTES)) };
};
