import type { ShardPlacement, SlabRecord } from '../../ports/catalogue.js';
import { catalogueSpaces } from '../layout.js';
import type { RowChange } from '../rows/rows.js';

const { place: places } = catalogueSpaces;

const lacks = (shards: readonly ShardPlacement[], { deal, sector, shard }: ShardPlacement): boolean =>
  !shards.some((other) => other.deal === deal && other.sector.root === sector.root && other.shard === shard);

/** Which slab of which object or crate. */
export interface SlabPlace {
  readonly owner: string;
  readonly index: number;
}

/** Of shards that nothing has any more. */
export const placeDrops = (shards: readonly ShardPlacement[]): RowChange[] =>
  shards.map(({ deal, sector }) => places.at(deal, sector.root).drop);

/** What was placed, moved or given up. */
export const placeChanges = ({ owner, index }: SlabPlace, before?: SlabRecord, after?: SlabRecord): RowChange[] => {
  const [old, fresh] = [before?.shards ?? [], after?.shards ?? []];
  return [
    ...placeDrops(old.filter((one) => lacks(fresh, one))),
    ...fresh
      .filter((one) => lacks(old, one))
      .map(({ deal, sector, shard }) => places.at(deal, sector.root).put({ owner, slab: index, shard })),
  ];
};
