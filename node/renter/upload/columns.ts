import type { Address, DealId, Period } from '../../core/units.js';
import type { ShardPlacement } from '../../ports/catalogue.js';
import type { KnownDeal } from '../deals/deal-book.js';
import { isProving } from '../homes/choose-providers.js';
import type { PlacedSlab } from './slabs.js';

/** One shard index in a run of slabs: the shards of that index lie in one deal. */
export interface Column {
  readonly shard: number;
  readonly deal: DealId;
  readonly provider: Address;
  readonly attempt: number;
}

/** The shard of a slab that lies in the column, if it does. */
export const shardIn = (column: Column, shards: readonly ShardPlacement[]): ShardPlacement | undefined =>
  shards.find(({ shard, deal, attempt }) => shard === column.shard && deal === column.deal && attempt === column.attempt);

/** Whether all of the slabs have a shard in the column. */
export const isWhole = (column: Column, slabs: Iterable<PlacedSlab>): boolean => {
  for (const { shards } of slabs) if (!shardIn(column, shards)) return false;
  return true;
};

/** Whether a deal that is there can go on holding shards up to period `until`. */
export const isUsable = ({ deal, sheet }: KnownDeal, until: Period): boolean =>
  deal.status !== 'closed' && deal.defaulted === undefined && deal.end >= until && isProving(sheet);

/** Where slabs that were begun meant their shards to go: of each index the first place, if its deal is of use up to `until`. */
export const columnsOf = async (
  slabs: AsyncIterable<{ readonly shards: readonly ShardPlacement[] }>,
  known: ReadonlyMap<DealId, KnownDeal>,
  until: Period,
): Promise<Column[]> => {
  const first = new Map<number, ShardPlacement>();
  for await (const { shards } of slabs) for (const one of shards) if (!first.has(one.shard)) first.set(one.shard, one);
  return [...first.values()].flatMap(({ shard, deal, attempt }) => {
    const entry = known.get(deal);
    return entry && isUsable(entry, until) ? [{ shard, deal, attempt, provider: entry.deal.provider }] : [];
  });
};
