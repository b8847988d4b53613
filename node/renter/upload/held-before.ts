import type { ShardPlacement } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { FailureList } from '../failure-list.js';
import { isWanted } from './is-wanted.js';
import { shardIn, type Column } from './columns.js';
import type { SlabInHand } from './slabs.js';

/** Whether the newest revision that both signed names the shard. */
export const isNamed = async ({ catalogue }: Pick<RenterContext, 'catalogue'>, { deal, sector }: ShardPlacement): Promise<boolean> => {
  const number = (await catalogue.deal(deal))?.current?.revision.number;
  return number !== undefined && (await catalogue.timesNamed(deal, number, sector.root)) > 0;
};

/** Whether the column still has the shard: what no revision names its provider may have dropped, so it is offered again. */
const isHeld = async (context: RenterContext, column: Column, shard: ShardPlacement, failures: FailureList, signal: AbortSignal) => {
  if (await isNamed(context, shard)) return true;
  try {
    const link = await context.links.to(column.provider, signal);
    return !(await isWanted(link, await context.links.authorize(column.deal, signal), shard.sector, signal));
  } catch (error) {
    signal.throwIfAborted();
    context.links.drop(column.provider);
    failures.add(column.provider, error);
    return false;
  }
};

/** Slabs of an interrupted put with the shards that the columns hold of them now. */
export async function* heldBefore<InHand extends SlabInHand>(
  context: RenterContext,
  columns: readonly Column[],
  slabs: AsyncIterable<InHand>,
  failures: FailureList,
  signal: AbortSignal,
): AsyncGenerator<InHand> {
  for await (const slab of slabs) {
    const claims = columns.map(async (column): Promise<ShardPlacement[]> => {
      const shard = shardIn(column, slab.has);
      return shard && !failures.has(column.provider) && (await isHeld(context, column, shard, failures, signal)) ? [shard] : [];
    });
    yield { ...slab, has: (await Promise.all(claims)).flat() };
  }
}
