import type { Address, DealId } from '../../core/units.js';
import type { SectorRef } from '../../core/data/data-set.js';
import type { ShardPlacement, SlabRecord } from '../../ports/catalogue.js';

/** One shard index of an object: all its slabs' shards of that index lie in one deal. */
export interface Column {
  readonly shard: number;
  readonly deal: DealId;
  readonly provider: Address;
  readonly attempt: number;
  /** Sectors that are durable at the provider, by slab. */
  readonly placed: Map<number, SectorRef>;
}

/** Slab records of what is placed so far, up to the first slab of which nothing is. */
export const slabRecords = (slabs: readonly Omit<SlabRecord, 'shards'>[], columns: readonly Column[]): SlabRecord[] => {
  const records = slabs.map((slab, index) => ({ ...slab, shards: placementsOf(index, columns) }));
  const end = records.findIndex(({ shards }) => shards.length === 0);
  return end < 0 ? records : records.slice(0, end);
};

const placementsOf = (slab: number, columns: readonly Column[]): ShardPlacement[] =>
  columns.flatMap(({ shard, deal, attempt, placed }) => {
    const sector = placed.get(slab);
    return sector ? [{ shard, deal, sector, attempt }] : [];
  });

/** Where a half-placed object meant its shards to go: one (deal, attempt) for each shard index that has a placement. */
export const columnsOf = async (
  slabs: AsyncIterable<readonly [number, SlabRecord]>,
): Promise<ReadonlyMap<number, { readonly deal: DealId; readonly attempt: number }>> => {
  const columns = new Map<number, { readonly deal: DealId; readonly attempt: number }>();
  for await (const [, { shards }] of slabs) for (const { shard, deal, attempt } of shards) columns.set(shard, { deal, attempt });
  return columns;
};
