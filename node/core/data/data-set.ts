import { hashPairs } from '#sha256-pairs';
import { fromHex } from './bytes.js';
import { buildTree, pathOf, rootOf } from './merkle.js';
import { leaves, MAX_LEAVES, MAX_SECTORS, SECTOR_LEAVES, type Hash, type Leaves } from '../units.js';

/** One sector of a data set: the root of its own tree and how many leaves it has (1 … 2^17). */
export interface SectorRef {
  readonly root: Hash;
  readonly leaves: Leaves;
}

/** Where a leaf of a deal lies. */
export interface SectorPlace {
  /** Sector number. */
  readonly index: number;
  /** Leaves in all sectors before it. */
  readonly start: Leaves;
  /** Leaves in this sector. */
  readonly count: Leaves;
}

/** An ordered list of sectors with the root over their descriptors: what a revision commits to. */
export interface DataSet {
  /** Zero for an empty set. */
  readonly root: Hash;
  readonly leaves: Leaves;
  readonly sectors: number;
  /** The sector that holds `leaf`, 0 … leaves−1. */
  locate(leaf: number): SectorPlace;
  /** Siblings of descriptor `index`, bottom up. */
  descriptorPath(index: number): Uint8Array[];
}

/** sha256(root ‖ uint64 start ‖ uint64 count ‖ 16 zero bytes), 32 bytes. `start` is the sum of the counts before the sector. */
export const descriptorOf = (sector: SectorRef, start: number): Uint8Array => {
  const preimage = new Uint8Array(64);
  writeDescriptor(preimage, 0, sector, start);
  const descriptor = new Uint8Array(32);
  hashPairs(preimage, descriptor);
  return descriptor;
};

const writeDescriptor = (into: Uint8Array, offset: number, sector: SectorRef, start: number): void => {
  into.set(fromHex(sector.root), offset);
  const view = new DataView(into.buffer, into.byteOffset + offset, 64);
  view.setBigUint64(32, BigInt(start));
  view.setBigUint64(40, BigInt(sector.leaves));
};

/** The data set of `sectors` in this order. RangeError beyond R13's bounds. */
export const dataSetOf = (sectors: readonly SectorRef[]): DataSet => {
  if (sectors.length > MAX_SECTORS) throw new RangeError(`a deal must have at most ${MAX_SECTORS} sectors, not ${sectors.length}`);
  const starts = new Float64Array(sectors.length + 1);
  const preimages = new Uint8Array(sectors.length * 64);
  sectors.forEach((sector, i) => {
    const count = sector.leaves;
    if (!Number.isInteger(count) || count < 1 || count > SECTOR_LEAVES)
      throw new RangeError(`a sector must have 1…${SECTOR_LEAVES} leaves, not ${count}`);
    const start = starts[i] as number;
    writeDescriptor(preimages, i * 64, sector, start);
    starts[i + 1] = start + count;
  });
  const total = starts[sectors.length] as number;
  if (total > MAX_LEAVES) throw new RangeError(`a deal must have at most ${MAX_LEAVES} leaves, not ${total}`);
  const descriptors = new Uint8Array(sectors.length * 32);
  hashPairs(preimages, descriptors);
  const tree = buildTree(descriptors);
  return {
    root: rootOf(tree),
    leaves: leaves(total),
    sectors: sectors.length,
    locate: (leaf) => locateIn(starts, leaf),
    descriptorPath: (index) => pathOf(tree, index),
  };
};

/** Binary search for the last start that is not above `leaf`; `starts` ends with the total. */
const locateIn = (starts: Float64Array, leaf: number): SectorPlace => {
  const total = starts[starts.length - 1] as number;
  if (!Number.isSafeInteger(leaf) || leaf < 0 || leaf >= total) throw new RangeError(`leaf must be in 0…${total - 1}, not ${leaf}`);
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= leaf) low = middle;
    else high = middle - 1;
  }
  const start = starts[low] as number;
  return { index: low, start: leaves(start), count: leaves((starts[low + 1] as number) - start) };
};
