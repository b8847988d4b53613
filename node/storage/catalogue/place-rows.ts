import { dealId, type DealId } from '../../core/units.js';
import type { ShardPlacement, SlabRecord } from '../../ports/catalogue.js';
import { catalogueSpaces } from '../layout.js';
import { endOfPrefix, type RowChange, type Rows } from '../rows/rows.js';

const { place: places, freed } = catalogueSpaces;

const lacks = (shards: readonly ShardPlacement[], { deal, sector, shard }: ShardPlacement): boolean =>
  !shards.some((other) => other.deal === deal && other.sector.root === sector.root && other.shard === shard);

/** Which slab of which object or crate. */
export interface SlabPlace {
  readonly owner: string;
  readonly index: number;
}

/** Of shards that nothing has any more: their sectors are freed. No two shards are the same sector, since no two have the same key. */
export const placeDrops = (shards: readonly ShardPlacement[]): RowChange[] =>
  shards.flatMap(({ deal, sector: { root, leaves } }) => [places.at(deal, root).drop, freed.at(deal, root).put(leaves)]);

/** What was placed, moved or given up. */
export const placeChanges = ({ owner, index }: SlabPlace, before?: SlabRecord, after?: SlabRecord): RowChange[] => {
  const [old, fresh] = [before?.shards ?? [], after?.shards ?? []];
  return [
    ...placeDrops(old.filter((one) => lacks(fresh, one))),
    ...fresh
      .filter((one) => lacks(old, one))
      .flatMap(({ deal, sector: { root }, shard }) => [
        places.at(deal, root).put({ owner, slab: index, shard }),
        freed.at(deal, root).drop,
      ]),
  ];
};

/** The deals that keys of one prefix name first, each once. */
export async function* dealsUnder(rows: Rows, prefix: string): AsyncGenerator<DealId> {
  const next = async (after: string | undefined): Promise<DealId | undefined> => {
    for await (const [key] of rows.under(prefix, after)) return dealId(key.slice(prefix.length, key.lastIndexOf('/')));
    return undefined;
  };
  for (let deal = await next(undefined); deal !== undefined; deal = await next(endOfPrefix(`${prefix}${deal}/`))) yield deal;
}
