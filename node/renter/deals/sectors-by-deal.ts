import type { SectorRef } from '../../core/data/data-set.js';
import type { DealId } from '../../core/units.js';
import type { ObjectRecord } from '../../ports/catalogue.js';

/** Sectors of the objects by the deal they lie in. */
export const sectorsByDeal = (objects: readonly ObjectRecord[]): ReadonlyMap<DealId, readonly SectorRef[]> => {
  const byDeal = new Map<DealId, SectorRef[]>();
  for (const { slabs } of objects) {
    for (const { deal, sector } of slabs.flatMap(({ shards }) => shards)) byDeal.set(deal, [...(byDeal.get(deal) ?? []), sector]);
  }
  return byDeal;
};
