import { bandsOf, bytesOfBands, type Band, type ByteRange } from '../../core/data/band.js';
import type { DecodedSlab } from '../../core/data/slab.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { inFlight } from '../../core/tasks/in-flight.js';
import { LEAF_BYTES } from '../../core/units.js';
import type { SlabRecord, StoredObject } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { FailureList } from '../failure-list.js';
import { decodedInOrder } from './decoded-in-order.js';
import type { Purse } from './purse.js';
import { fetchBand } from './fetch-band.js';
import { fetchSlab, sourcesOf, type Sources } from './fetch-slab.js';

/** Slabs whose rows are read, and whose reading is planned, at once: whoever reads on to the end of a large object gets bytes before. */
const PLANNED_SLABS = 64;

/** What a range takes of a slab. */
interface Part {
  readonly index: number;
  readonly slab: SlabRecord;
  /** Bytes of the slab. */
  readonly range: ByteRange;
  /** Undefined of a whole slab. */
  readonly bands: readonly Band[] | undefined;
}

/** A part's plaintext in room that is used again. */
interface FetchedPart extends Disposable {
  readonly pieces: Iterable<Uint8Array>;
}

export interface RangeOptions {
  readonly purse: Purse;
  readonly failures: FailureList;
  readonly signal?: AbortSignal | undefined;
}

/** RANGE_BEYOND_END unless the range is of at least one byte and all in the object. */
const requireWithin = ({ name, bytes }: StoredObject, { start, end }: ByteRange): void => {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start >= end || end > bytes)
    throw new HoldfastError('RANGE_BEYOND_END', { name, bytes, start, end });
};

/** Bytes of every slab of an object but the last. */
const slabLength = async ({ catalogue }: Pick<RenterContext, 'catalogue'>, { id, bytes, slabs }: StoredObject): Promise<number> =>
  slabs === 1 ? bytes : ((await catalogue.slab(id, 0))?.length ?? bytes);

/** The parts of a slab that begins at byte `at` of the object: of the range's first slab a short one before, so that its reader need not wait. */
const partsOf = (index: number, slab: SlabRecord, at: number, range: ByteRange, { k }: StoredObject, head: number): readonly Part[] => {
  const [start, end] = [Math.max(0, range.start - at), Math.min(slab.length, range.end - at)];
  const leaf = start - (start % LEAF_BYTES);
  const cut = range.start >= at ? Math.min(end, leaf + head) : start;
  return [
    { start, end: cut },
    { start: cut, end },
  ]
    .filter((one) => one.start < one.end)
    .map((one) => ({ index, slab, range: one, bands: one.end - one.start === slab.length ? undefined : bandsOf(one, slab.length, k) }));
};

/**
 * The parts of a range in order, each with who is asked for it; EGRESS_UNFUNDED and EGRESS_ABOVE_LIMIT before those that cannot be paid, and
 * OBJECT_MISSING where it is deleted meanwhile.
 */
async function* plannedParts(
  context: RenterContext,
  object: StoredObject,
  range: ByteRange,
  { purse, signal }: RangeOptions,
): AsyncGenerator<readonly [part: Part, sources: Sources]> {
  const length = await slabLength(context, object);
  const head = context.limits.rangeLeaves * LEAF_BYTES;
  const planned = async (parts: readonly Part[]) => {
    const sources = await sourcesOf(
      context,
      object,
      parts.map(({ slab: { length: bytes, shards }, bands }) => ({ length: bytes, shards, ...(bands && { bands }) })),
      { purse, signal },
    );
    return parts.map((part) => [part, sources] as const);
  };
  let window: Part[] = [];
  for await (const [index, slab] of context.catalogue.slabs(object.id, Math.floor(range.start / length))) {
    const at = index * length;
    window.push(...partsOf(index, slab, at, range, object, head));
    const isLast = at + slab.length >= range.end;
    if (!isLast && window.length < PLANNED_SLABS) continue;
    yield* await planned(window);
    if (isLast) return;
    window = [];
  }
  // What it has came to an end before the range did.
  throw new HoldfastError('OBJECT_MISSING', { name: object.name });
}

const fetchPart = async (
  context: RenterContext,
  [{ index, slab, range, bands }, sources]: readonly [Part, Sources],
  failures: FailureList,
  signal: AbortSignal,
): Promise<FetchedPart> => {
  if (bands === undefined) {
    const decoded = await fetchSlab(context, sources, [index, slab], failures, signal);
    return { pieces: [decoded.bytes], [Symbol.dispose]: () => decoded[Symbol.dispose]() };
  }
  const fetched = new Map<Band, DecodedSlab>();
  const dispose = (): void => fetched.forEach((decoded) => decoded[Symbol.dispose]());
  try {
    await inFlight(bands, bands.length, signal, async (band, either) => {
      fetched.set(band, await fetchBand(context, sources, [index, slab], band, failures, either));
    });
  } catch (error) {
    dispose();
    throw error;
  }
  const plain = bands.map((band) => ({ ...band, bytes: (fetched.get(band) as DecodedSlab).bytes }));
  return { pieces: bytesOfBands(range, plain, slab.length, sources.owner.k), [Symbol.dispose]: dispose };
};

/**
 * The bytes of a range of an object, in order, piece by piece, each gone with the next. Only leaves that the range touches are read, from the data
 * shards that hold them, or where one is lost or late, the same leaves of any k; as many slabs at once as `slabsInFlight` says, however long the
 * range is. RANGE_BEYOND_END; else as of `getObject`.
 *
 * What is verified: that each leaf is one of the sector whose root the catalogue has for it, at its place, before it is decoded. The SHA-256 of the
 * object says nothing of a part of it: that what was coded once was what was to be stored is believed.
 */
export async function* readObjectRange(
  context: RenterContext,
  object: StoredObject,
  range: ByteRange,
  options: RangeOptions,
): AsyncGenerator<Uint8Array> {
  requireWithin(object, range);
  const { failures, signal } = options;
  const parts = plannedParts(context, object, range, options);
  const fetch = (part: readonly [Part, Sources], until: AbortSignal) => fetchPart(context, part, failures, until);
  for await (const { pieces } of decodedInOrder(parts, context.limits.slabsInFlight, fetch, signal)) yield* pieces;
}
