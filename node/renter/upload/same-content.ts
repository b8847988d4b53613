import type { DealId, Hash, Period } from '../../core/units.js';
import type { ObjectRecord, StoredObject } from '../../ports/catalogue.js';
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

/** What is to be stored. Of a source that was not read yet its origin tells, of a stream nothing. */
interface Wanted {
  readonly name: string;
  readonly k: number;
  readonly n: number;
  readonly sha256?: Hash | undefined;
  readonly origin?: string | undefined;
  /** Bytes, where they are known before it is read. */
  readonly length?: number | undefined;
}

async function* candidates({ catalogue }: RenterContext, { name, sha256, origin }: Wanted): AsyncGenerator<ObjectRecord> {
  if (sha256 !== undefined) yield* catalogue.withContent(sha256);
  const newest = origin === undefined ? undefined : await catalogue.object(name);
  if (newest?.origin === origin && newest !== undefined) yield newest;
}

/** A stored object of this name and shape, of the same content or origin, of which nothing is lost: it need not be stored again. */
export const sameObject = async (
  context: RenterContext,
  wanted: Wanted,
  known: ReadonlyMap<DealId, KnownDeal>,
  until: Period,
): Promise<StoredObject | undefined> => {
  for await (const object of candidates(context, wanted)) {
    const isAsLong = wanted.length === undefined || object.bytes === wanted.length;
    const same = isAsLong && object.name === wanted.name && object.k === wanted.k && object.n === wanted.n;
    if (same && object.state === 'stored' && (await isWell(context, object, known, until))) return object;
  }
  return undefined;
};
