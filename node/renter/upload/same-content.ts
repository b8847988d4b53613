import type { DealId, Hash, Period } from '../../core/units.js';
import type { StoredObject } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { KnownDeal } from '../deals/deal-book.js';
import { isUsable } from './columns.js';
import { isNamed } from './held-before.js';

/** Whether all n shards of every slab lie in deals that last to period `until`, by revisions that the catalogue knows. */
const isWell = async (
  context: RenterContext,
  { id, n }: StoredObject,
  known: ReadonlyMap<DealId, KnownDeal>,
  until: Period,
): Promise<boolean> => {
  for await (const [, { shards }] of context.catalogue.slabs(id)) {
    if (shards.length < n) return false;
    for (const shard of shards) {
      const entry = known.get(shard.deal);
      if (!entry || !isUsable(entry, until) || !(await isNamed(context, shard))) return false;
    }
  }
  return true;
};

/** A stored object of this name, content and shape of which nothing is lost: it need not be stored again. */
export const sameObject = async (
  context: RenterContext,
  wanted: { readonly name: string; readonly sha256: Hash; readonly k: number; readonly n: number },
  known: ReadonlyMap<DealId, KnownDeal>,
  until: Period,
): Promise<StoredObject | undefined> => {
  for await (const object of context.catalogue.withContent(wanted.sha256)) {
    const same = object.name === wanted.name && object.k === wanted.k && object.n === wanted.n;
    if (same && object.state === 'stored' && (await isWell(context, object, known, until))) return object;
  }
  return undefined;
};
