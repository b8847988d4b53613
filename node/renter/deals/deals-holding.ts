import { shardLeaves } from '../../core/data/slab.js';
import { leaves, type DealId, type Leaves } from '../../core/units.js';
import type { Catalogue, ObjectRecord } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';

/** Leaves of each shard of an object by the deal that it lies in: what of each deal's rent is for it. Walks the slabs of that object alone. */
export const leavesInDeals = async (
  { catalogue }: { readonly catalogue: Pick<Catalogue, 'slabs'> },
  { id, k }: Pick<ObjectRecord, 'id' | 'k'>,
): Promise<ReadonlyMap<DealId, Leaves>> => {
  const found = new Map<DealId, Leaves>();
  for await (const [, { shards, length }] of catalogue.slabs(id))
    for (const { deal } of shards) found.set(deal, leaves((found.get(deal) ?? 0) + shardLeaves(length, k)));
  return found;
};

/** The deals that shards of `objects` lie in, each once; without, those that any shard lies in. */
export const dealsHolding = async (
  { catalogue }: Pick<RenterContext, 'catalogue'>,
  objects?: readonly Pick<ObjectRecord, 'id'>[],
): Promise<readonly DealId[]> => {
  const deals = new Set<DealId>();
  if (objects === undefined) for await (const deal of catalogue.usedDeals()) deals.add(deal);
  for (const { id } of objects ?? [])
    for await (const [, { shards }] of catalogue.slabs(id)) for (const { deal } of shards) deals.add(deal);
  return [...deals];
};
