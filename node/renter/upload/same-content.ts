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

/**
 * The newest that is stored under this name, if it is of this shape, of the same content or origin, and nothing of it is lost: it need not be stored
 * again. A former version of that content is none: it would stay behind what came after it, and go first.
 */
export const sameObject = async (
  context: RenterContext,
  { name, k, n, sha256, origin, length }: Wanted,
  known: ReadonlyMap<DealId, KnownDeal>,
  until: Period,
): Promise<StoredObject | undefined> => {
  const newest = await context.catalogue.object(name);
  if (newest?.state !== 'stored' || newest.name !== name || newest.k !== k || newest.n !== n) return undefined;
  const isAsLong = length === undefined || newest.bytes === length;
  const isAlike = newest.sha256 === sha256 || (origin !== undefined && newest.origin === origin);
  return isAsLong && isAlike && (await isWell(context, newest, known, until)) ? newest : undefined;
};
