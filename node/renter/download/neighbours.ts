import { sha256 } from '#sha256';
import { slabKey } from '../../core/data/cipher.js';
import { bytesInCrate, takeOut } from '../../core/data/crate-layout.js';
import { toHex } from '../../core/data/bytes.js';
import { shardBytes, shardLeaves, type SlabPart } from '../../core/data/slab.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Wei } from '../../core/units.js';
import type { CratePlace, SlabRecord, StoredObject } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';
import type { ProviderFailure } from '../events.js';
import { createFailureList } from '../failure-list.js';
import { createPurse } from './purse.js';
import { fetchSlab, sourcesOf } from './fetch-slab.js';
import type { GetOptions } from './get.js';

/** Small objects, two at least, whose shards lie one after the other in the sectors of a crate: one read of each shard brings all of them. */
export type Neighbours = readonly [StoredObject, ...StoredObject[]];

/** What a read of neighbours came to. */
export interface NeighboursRead {
  /** By id, those of the content that was stored: what is wrong with another, a read of it alone tells. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** Token wei that it cost, promised by vouchers. */
  readonly egress: Wei;
  readonly failures: readonly ProviderFailure[];
}

interface Placed {
  readonly object: StoredObject;
  readonly place: CratePlace;
}

const inOrder = ({ place: one }: Placed, { place: other }: Placed): number =>
  one.crate === other.crate ? one.slab - other.slab || one.from - other.from : one.crate < other.crate ? -1 : 1;

/** Whether `next` begins where `last` ends. */
const follows = ({ place: last, object: { bytes, k } }: Placed, { place: next }: Placed): boolean =>
  next.crate === last.crate && next.slab === last.slab && next.from === last.from + shardLeaves(bytes, k);

/** Which of `objects` lie side by side, in groups of so many bytes at most as are read at once. Those that have no neighbour are in none. */
export const findNeighbours = async (
  { catalogue, limits }: Pick<RenterContext, 'catalogue' | 'limits'>,
  objects: Iterable<StoredObject>,
): Promise<readonly Neighbours[]> => {
  const placed: Placed[] = [];
  for (const object of objects) {
    const place = (await catalogue.slab(object.id, 0))?.within;
    if (place) placed.push({ object, place });
  }
  const groups: [Placed, ...Placed[]][] = [];
  let taken = 0;
  for (const one of placed.sort(inOrder)) {
    const own = bytesInCrate(one.object.bytes, one.object.k);
    const last = groups.at(-1)?.at(-1);
    if (last && follows(last, one) && taken + own <= limits.neighbourBytes) groups.at(-1)?.push(one);
    else [taken] = [0, groups.push([one])];
    taken += own;
  }
  return groups.filter((group) => group.length > 1).map(([first, ...more]) => [first.object, ...more.map(({ object }) => object)]);
};

/** What lies in a crate from the first of the neighbours to the last, as if it were a slab of its own. */
const slabOf = async ({ catalogue }: RenterContext, [first, ...more]: Neighbours): Promise<SlabRecord> => {
  const record = await catalogue.slab(first.id, 0);
  if (!record) throw new HoldfastError('OBJECT_MISSING', { name: first.name });
  const length = [first, ...more].reduce((sum, { bytes, k }) => sum + bytesInCrate(bytes, k), 0);
  return { ...record, length };
};

/**
 * The contents of neighbours, by one read of each of k shards; every range is verified before anything is decoded, and the SHA-256 of each object.
 * Rejects as a read of any slab does.
 */
export const readNeighbours = async (
  context: RenterContext,
  objects: Neighbours,
  { signal, report, maxEgress, onPaid }: TaskOptions & Pick<GetOptions, 'maxEgress' | 'onPaid'> = {},
): Promise<NeighboursRead> => {
  const purse = createPurse(maxEgress);
  using _ = { [Symbol.dispose]: () => onPaid?.(purse.spent) };
  const [first] = objects;
  const { k, n } = first;
  const failures = createFailureList(context, report);
  const slab = await slabOf(context, objects);
  const parts = objects.map(({ id, bytes }): SlabPart => ({ key: slabKey(context.objectKey(id), 0), bytes: shardBytes(bytes, k) }));
  const sources = await sourcesOf(context, first, [slab], { purse, signal });
  using decoded = await fetchSlab(context, { ...sources, coded: { k, n, partsOf: async () => parts } }, [0, slab], failures, signal);
  const contents = new Map<string, Uint8Array>();
  let from = 0;
  for (const { id, bytes: length, sha256: expected } of objects) {
    const bytes = takeOut(decoded.bytes, k, { from, length });
    if (toHex(await sha256(bytes)) === expected) contents.set(id, bytes);
    from += shardBytes(length, k);
  }
  return { contents, egress: purse.spent, failures: failures.all };
};
