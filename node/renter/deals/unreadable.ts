import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { DealId } from '../../core/units.js';
import type { ObjectRecord, ShardPlacement } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { dealsHolding } from './deals-holding.js';
import { readKeepers, type KeeperOf } from './keepers.js';

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

/** How many of the shards are kept; no more than `enough` are counted. */
const countKept = async (shards: readonly ShardPlacement[], keeperOf: KeeperOf, enough: number): Promise<number> => {
  let kept = 0;
  for (const shard of shards) {
    if (kept >= enough) break;
    if (await keeperOf(shard)) kept += 1;
  }
  return kept;
};

/** Shards left of the slab that has the fewest, k at most. */
const fewestLeft = async ({ catalogue }: RenterContext, { id, k }: ObjectRecord, keeperOf: KeeperOf): Promise<number> => {
  let left = k;
  for await (const [, { shards }] of catalogue.slabs(id)) left = Math.min(left, await countKept(shards, keeperOf, k));
  return left;
};

/** The stored objects that nobody has to keep enough of, as things stand, or would be if the deals `without` stored nothing. */
export const unreadableObjects = async (context: RenterContext, options: UnreadableOptions = {}): Promise<readonly UnreadableObject[]> => {
  const { catalogue } = context;
  const { objects, without = [], signal } = options;
  const asked = (await dealsHolding(context, objects)).filter((id) => !without.includes(id));
  const keeperOf = await readKeepers(context, asked, signal);
  const unreadable: UnreadableObject[] = [];
  for await (const object of objects ?? catalogue.objects()) {
    if (object.state !== 'stored') continue;
    const left = await fewestLeft(context, object, keeperOf);
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
