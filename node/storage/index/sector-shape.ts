import type { SectorRef } from '../../core/data/data-set.js';
import type { SectorPart } from '../../ports/sector-store.js';
import { stretchesOf } from '../../core/data/crown.js';
import { LEAF_BYTES, SECTOR_LEAVES } from '../../core/units.js';

/** Bytes of a sector. */
export const sectorBytes = ({ leaves }: Pick<SectorRef, 'leaves'>): number => leaves * LEAF_BYTES;

/** Throws RangeError unless the count of leaves is possible and `bytes` has exactly the sector's length. */
export const requireSector = (sector: SectorRef, bytes: Uint8Array): void => {
  if (sector.leaves < 1 || sector.leaves > SECTOR_LEAVES)
    throw new RangeError(`a sector has 1…${SECTOR_LEAVES} leaves, not ${sector.leaves}`);
  if (bytes.length === sectorBytes(sector)) return;
  throw new RangeError(`a sector of ${sector.leaves} leaves has ${sectorBytes(sector)} bytes, not ${bytes.length}`);
};

/** Bytes of the crown that is kept beside a sector: none for one stretch, whose crown is the root. */
export const crownBytes = ({ leaves }: Pick<SectorRef, 'leaves'>): number => (stretchesOf(leaves) > 1 ? stretchesOf(leaves) * 32 : 0);

/** `crown` if there is one to keep. RangeError if it is not of the sector's size. */
export const crownToKeep = (sector: SectorRef, crown: Uint8Array | undefined): Uint8Array | undefined => {
  if (crown === undefined || crownBytes(sector) === 0) return undefined;
  if (crown.length === crownBytes(sector)) return crown;
  throw new RangeError(`the crown of a sector of ${sector.leaves} leaves has ${crownBytes(sector)} bytes, not ${crown.length}`);
};

/** The part that is asked for, all of it by default. RangeError if it is empty or lies outside. */
export const partOf = (sector: SectorRef, part: SectorPart = { offset: 0, length: sectorBytes(sector) }): SectorPart => {
  const { offset, length } = part;
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length > 0 && offset + length <= sectorBytes(sector))
    return part;
  throw new RangeError(`a part must lie in 0…${sectorBytes(sector)} and not be empty, not ${offset} + ${length}`);
};
