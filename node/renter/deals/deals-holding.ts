import type { DealId } from '../../core/units.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';

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
