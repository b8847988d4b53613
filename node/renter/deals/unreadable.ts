import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Deal } from '../../core/market/deal.js';
import type { DealId, Hash } from '../../core/units.js';
import type { Catalogue, ObjectRecord, RenterDeal } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';

/** An object of which too few shards lie in deals that still have to keep them. */
export interface UnreadableObject {
  readonly object: ObjectRecord;
  /** Shards left of the slab that has the fewest. */
  readonly left: number;
}

/** Pure: the stored objects of which a slab has fewer than k shards that `holds` says are kept. */
export const decideUnreadable = (
  objects: readonly ObjectRecord[],
  holds: (deal: DealId, sector: Hash) => boolean,
): readonly UnreadableObject[] =>
  objects.flatMap((object) => {
    if (object.state !== 'stored') return [];
    const kept = object.slabs.map(({ shards }) => shards.filter(({ deal, sector }) => holds(deal, sector.root)).length);
    const left = Math.min(object.n, ...kept);
    return left < object.k ? [{ object, left }] : [];
  });

/** Whether the deal has to keep the sector: by the chain, and where the catalogue knows its newest revision, by that. */
const keeps = async (catalogue: Catalogue, deal: Deal | undefined, record: RenterDeal | undefined, root: Hash): Promise<boolean> => {
  if (!deal || deal.status === 'closed' || deal.defaulted !== undefined || deal.leaves === 0) return false;
  const number = record?.current?.revision.number ?? 0n;
  return record === undefined || number < deal.number || (await catalogue.timesNamed(deal.id, number, root)) > 0;
};

/** The stored objects that nobody has to keep enough of, as things stand, or would be if the deals `without` stored nothing. */
export const unreadableObjects = async (
  { catalogue, settlement }: RenterContext,
  { without = [], signal }: TaskOptions & { readonly without?: readonly DealId[] } = {},
): Promise<readonly UnreadableObject[]> => {
  const objects: ObjectRecord[] = [];
  for await (const object of catalogue.objects()) objects.push(object);
  const ids = new Set(objects.flatMap(({ slabs }) => slabs.flatMap(({ shards }) => shards.map(({ deal }) => deal))));
  for (const id of without) ids.delete(id);
  const deals = await settlement.dealsNow([...ids], signal);
  const records = new Map<DealId, RenterDeal | undefined>();
  for (const id of ids) records.set(id, await catalogue.deal(id));
  const known = new Map([...ids].map((id, index) => [id, deals[index]]));
  const kept = new Set<string>();
  for (const { slabs } of objects)
    for (const { deal, sector } of slabs.flatMap(({ shards }) => shards))
      if (await keeps(catalogue, known.get(deal), records.get(deal), sector.root)) kept.add(`${deal} ${sector.root}`);
  return decideUnreadable(objects, (deal, root) => kept.has(`${deal} ${root}`));
};

/** Throws `error`, or OBJECT_LOST in its place where an object is unavailable because no deal keeps enough of it. */
export const explainUnavailable = async (
  context: RenterContext,
  error: unknown,
  { object: idOrName, signal }: TaskOptions & { readonly object: string },
): Promise<never> => {
  if (!isHoldfastError(error, 'OBJECT_UNAVAILABLE', 'EGRESS_UNFUNDED')) throw error;
  const object = await context.catalogue.object(idOrName);
  const lost = (await unreadableObjects(context, signal ? { signal } : {})).find((each) => each.object.id === object?.id);
  if (!lost) throw error;
  throw new HoldfastError('OBJECT_LOST', { name: lost.object.name, left: lost.left, needed: lost.object.k }, { cause: error });
};
