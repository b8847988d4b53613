import { LEAF_BYTES, type Hash, type Leaves } from '../../core/units.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { crownBytes, sectorBytes } from './sector-shape.js';

/** Sectors of fewer bytes lie in packs, many in one file. */
export const PACKED_BELOW = 64 << 10;

/** What a file takes of a disk at least: the block of the usual file systems. */
const BLOCK_BYTES = 4096;

/** What stands before the first sector of a pack: what it is, and its salt. */
export const PACK_HEAD_BYTES = 32;

/** What stands before the bytes of a sector in a pack. */
export const HEAD_BYTES = 64;

/** Bytes that the rows of a sector take of the index, at most. */
const ROW_BYTES = 192;

/** Where a sector lies in a pack. */
export interface PackPlace {
  readonly number: number;
  /** Bytes before its head. */
  readonly offset: number;
}

/** What the index says of a sector. */
export interface Entry extends SectorRef {
  /** Its place in the order in which sectors came. */
  readonly sequence: number;
  /** Undefined for one that has a file of its own. */
  readonly pack: PackPlace | undefined;
  /** Bytes that its file was found to have, where that is not what the sector has. */
  readonly found?: number;
}

export const isPacked = (leaves: number): boolean => leaves * LEAF_BYTES < PACKED_BELOW;

/** Bytes of a pack that a sector takes. */
export const packedBytes = (sector: Pick<SectorRef, 'leaves'>): number => HEAD_BYTES + sector.leaves * LEAF_BYTES;

/** Bytes of sectors that `entry` stands for. */
export const heldBytes = (entry: Entry): number => entry.found ?? sectorBytes(entry);

/** Whole blocks. */
const blocks = (bytes: number): number => Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;

/** Bytes of the disk that `entry` takes beside packs. */
export const ownBytes = (entry: Entry): number => ROW_BYTES + (entry.pack === undefined ? blocks(heldBytes(entry) + crownBytes(entry)) : 0);

/** Bytes of the disk that a sector of so many leaves takes. */
export const costOf = (count: Leaves): number => {
  const sector = { leaves: count };
  return ROW_BYTES + (isPacked(count) ? packedBytes(sector) : blocks(sectorBytes(sector) + crownBytes(sector)));
};

/** A change of what the index says of one root. */
export interface EntryChange {
  readonly root: Hash;
  readonly before?: Entry | undefined;
  /** Undefined takes the sector off. */
  readonly after?: Entry | undefined;
}
