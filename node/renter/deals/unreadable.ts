import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Deal } from '../../core/market/deal.js';
import type { DealId } from '../../core/units.js';
import type { ObjectRecord, RenterDeal, ShardPlacement } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { dealsHolding } from './deals-holding.js';

/** An object of which too few shards lie in deals that still have to keep them. */
export interface UnreadableObject {
  readonly object: ObjectRecord;
  /** Shards left of the slab that has the fewest. */
  readonly left: number;
}

export interface UnreadableOptions extends TaskOptions {
  /** As if these deals stored nothing. */
  readonly without?: readonly DealId[];
  /** These alone; without, all. */
  readonly objects?: readonly ObjectRecord[];
}

/** Whether somebody has to keep a shard. */
type IsKept = (shard: ShardPlacement) => Promise<boolean>;

/** Deals as far as they have to keep anything, by the chain, and where the catalogue knows the newest revision, by that. */
const keepersOf = async (
  { catalogue, settlement }: RenterContext,
  ids: readonly DealId[],
  { without = [], signal }: UnreadableOptions,
): Promise<IsKept> => {
  const deals = new Map<DealId, { readonly deal: Deal; readonly record: RenterDeal | undefined }>();
  const asked = ids.filter((id) => !without.includes(id));
  const found = await settlement.dealsNow(asked, signal);
  for (const deal of found) {
    if (!deal || deal.status === 'closed' || deal.defaulted !== undefined || deal.leaves === 0) continue;
    deals.set(deal.id, { deal, record: await catalogue.deal(deal.id) });
  }
  return async ({ deal: id, sector }) => {
    const known = deals.get(id);
    if (!known) return false;
    const number = known.record?.current?.revision.number ?? 0n;
    return known.record === undefined || number < known.deal.number || (await catalogue.timesNamed(id, number, sector.root)) > 0;
  };
};

/** How many of the shards are kept; no more than `enough` are counted. */
const countKept = async (shards: readonly ShardPlacement[], isKept: IsKept, enough: number): Promise<number> => {
  let kept = 0;
  for (const shard of shards) {
    if (kept >= enough) break;
    if (await isKept(shard)) kept += 1;
  }
  return kept;
};

/** Shards left of the slab that has the fewest, k at most. */
const fewestLeft = async ({ catalogue }: RenterContext, { id, k }: ObjectRecord, isKept: IsKept): Promise<number> => {
  let left = k;
  for await (const [, { shards }] of catalogue.slabs(id)) left = Math.min(left, await countKept(shards, isKept, k));
  return left;
};

/** The stored objects that nobody has to keep enough of, as things stand, or would be if the deals `without` stored nothing. */
export const unreadableObjects = async (context: RenterContext, options: UnreadableOptions = {}): Promise<readonly UnreadableObject[]> => {
  const { catalogue } = context;
  const isKept = await keepersOf(context, await dealsHolding(context, options.objects), options);
  const unreadable: UnreadableObject[] = [];
  for await (const object of options.objects ?? catalogue.objects()) {
    if (object.state !== 'stored') continue;
    const left = await fewestLeft(context, object, isKept);
    if (left < object.k) unreadable.push({ object, left });
  }
  return unreadable;
};

/** Throws `error`, or OBJECT_LOST in its place where an object is unavailable because no deal keeps enough of it. */
export const explainUnavailable = async (
  context: RenterContext,
  error: unknown,
  { object: idOrName, signal }: TaskOptions & { readonly object: string },
): Promise<never> => {
  if (!isHoldfastError(error, 'OBJECT_UNAVAILABLE', 'EGRESS_UNFUNDED', 'READS_UNFUNDED')) throw error;
  const object = await context.catalogue.object(idOrName);
  const [lost] = object ? await unreadableObjects(context, { objects: [object], ...(signal && { signal }) }) : [];
  if (!lost) throw error;
  throw new HoldfastError('OBJECT_LOST', { name: lost.object.name, left: lost.left, needed: lost.object.k }, { cause: error });
};
