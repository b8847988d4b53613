import { packSectors, PACKED_SECTOR_BYTES, unpackSectors } from '../../core/data/packed-sectors.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { RevisionChange } from '../../ports/link.js';
import type { ExchangeLimits } from '../limits.js';

/** An index packed: 3 bytes, big endian (R13: at most 2^24 sectors). */
export const PACKED_INDEX_BYTES = 3;

const writeUint24 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 16;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value;
};
const readUint24 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);

/** A range of indices packed: the first of them and how many, 3 bytes each. */
const PACKED_RANGE_BYTES = 2 * PACKED_INDEX_BYTES;

/** Indices from `from` on, `count` of them. */
interface IndexRange {
  readonly from: number;
  readonly count: number;
}

/** Ascending indices, those that follow each other together. */
export const rangesOf = (indices: readonly number[]): IndexRange[] => {
  const ranges: { from: number; count: number }[] = [];
  for (const index of indices) {
    const last = ranges.at(-1);
    if (last !== undefined && last.from + last.count === index) last.count += 1;
    else ranges.push({ from: index, count: 1 });
  }
  return ranges;
};

/** Bytes of a packed difference; MESSAGE_TOO_LARGE over the limits. */
export const differenceBytes = (ranges: number, appended: number, { listedSectors, changedSectors }: ExchangeLimits): number => {
  const bytes = ranges * PACKED_RANGE_BYTES + appended * PACKED_SECTOR_BYTES;
  const cap = listedSectors * PACKED_RANGE_BYTES + changedSectors * PACKED_SECTOR_BYTES;
  if (ranges > listedSectors || appended > changedSectors)
    throw new HoldfastError('MESSAGE_TOO_LARGE', { message: 'difference of sectors', bytes, cap });
  return bytes;
};

/** Ranges to remove, then sectors to append. */
export const packDifference = ({ remove, append }: RevisionChange): { readonly ranges: number; readonly bytes: Uint8Array } => {
  const ranges = rangesOf(remove);
  const bytes = new Uint8Array(ranges.length * PACKED_RANGE_BYTES + append.length * PACKED_SECTOR_BYTES);
  ranges.forEach(({ from, count }, i) => {
    writeUint24(bytes, i * PACKED_RANGE_BYTES, from);
    writeUint24(bytes, i * PACKED_RANGE_BYTES + PACKED_INDEX_BYTES, count);
  });
  bytes.set(packSectors(append), ranges.length * PACKED_RANGE_BYTES);
  return { ranges: ranges.length, bytes };
};

/** RangeError if a range is empty, the ranges do not ascend or take out more than `most`, or a sector is out of bounds. */
export const unpackDifference = (bytes: Uint8Array, ranges: number, most: number): RevisionChange => {
  const remove: number[] = [];
  let next = 0;
  for (let i = 0; i < ranges; i++) {
    const from = readUint24(bytes, i * PACKED_RANGE_BYTES);
    const count = readUint24(bytes, i * PACKED_RANGE_BYTES + PACKED_INDEX_BYTES);
    if (count === 0 || from < next) throw new RangeError('the ranges to remove do not ascend');
    if (remove.length + count > most) throw new RangeError(`more than ${most} sectors are to be removed`);
    next = from + count;
    for (let index = from; index < next; index++) remove.push(index);
  }
  return { remove, append: unpackSectors(bytes.subarray(ranges * PACKED_RANGE_BYTES)) };
};

/** Indices to remove, then sectors to append: the version before. */
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
