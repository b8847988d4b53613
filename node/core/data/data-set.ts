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
export const descriptorOf = (sector: SectorRef, start: number): Uint8Array => descriptorsOf([sector], start);

/** The descriptors of sectors one after the other, the first of which begins at leaf `start`; 32 bytes each. */
export const descriptorsOf = (sectors: readonly SectorRef[], start: number, pairs: typeof hashPairs = hashPairs): Uint8Array => {
  const preimages = new Uint8Array(sectors.length * 64);
  const view = new DataView(preimages.buffer);
  let before = start;
  sectors.forEach((sector, i) => {
    preimages.set(fromHex(sector.root), i * 64);
    view.setBigUint64(i * 64 + 32, BigInt(before));
    view.setBigUint64(i * 64 + 40, BigInt(sector.leaves));
    before += sector.leaves;
  });
  const descriptors = new Uint8Array(sectors.length * 32);
  pairs(preimages, descriptors);
  return descriptors;
};

/** RangeError if one of `added`, or the whole, is beyond R13's bounds. Gives `total` back. */
export const requireSectors = (added: readonly SectorRef[], sectors: number, total: number): number => {
  if (sectors > MAX_SECTORS) throw new RangeError(`a deal must have at most ${MAX_SECTORS} sectors, not ${sectors}`);
  for (const { leaves: count } of added)
    if (!Number.isInteger(count) || count < 1 || count > SECTOR_LEAVES)
      throw new RangeError(`a sector must have 1…${SECTOR_LEAVES} leaves, not ${count}`);
  if (total > MAX_LEAVES) throw new RangeError(`a deal must have at most ${MAX_LEAVES} leaves, not ${total}`);
  return total;
};

/** The data set of `sectors` in this order. RangeError beyond R13's bounds. */
export const dataSetOf = (sectors: readonly SectorRef[]): DataSet => {
  const starts = new Float64Array(sectors.length + 1);
  sectors.forEach(({ leaves: count }, i) => (starts[i + 1] = (starts[i] as number) + count));
  const total = requireSectors(sectors, sectors.length, starts[sectors.length] as number);
  const tree = buildTree(descriptorsOf(sectors, 0));
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
