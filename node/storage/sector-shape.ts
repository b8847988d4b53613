import type { SectorRef } from '../core/data/data-set.js';
import { LEAF_BYTES, SECTOR_LEAVES } from '../core/units.js';

/** Bytes of a sector. */
export const sectorBytes = ({ leaves }: SectorRef): number => leaves * LEAF_BYTES;

/** Throws RangeError unless the count of leaves is possible and `bytes` has exactly the sector's length. */
export const requireSector = (sector: SectorRef, bytes: Uint8Array): void => {
  if (sector.leaves < 1 || sector.leaves > SECTOR_LEAVES)
    throw new RangeError(`a sector has 1…${SECTOR_LEAVES} leaves, not ${sector.leaves}`);
  if (bytes.length === sectorBytes(sector)) return;
  throw new RangeError(`a sector of ${sector.leaves} leaves has ${sectorBytes(sector)} bytes, not ${bytes.length}`);
};
