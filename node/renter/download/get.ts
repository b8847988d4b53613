import { createSha256 } from '#sha256';
import { anySignal } from '../../core/tasks/waiting.js';
import { toHex } from '../../core/data/bytes.js';
import type { ByteRange } from '../../core/data/band.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Wei } from '../../core/units.js';
import type { SlabRecord, StoredObject } from '../../ports/catalogue.js';
import type { ByteSink } from '../../ports/world.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { createFailureList } from '../failure-list.js';
import { countEarlier } from './count-earlier.js';
import { createPurse } from './purse.js';
import { decodedInOrder } from './decoded-in-order.js';
import { fetchSlab, sourcesOf } from './fetch-slab.js';
import { readObjectRange, type RangeOptions } from './read-range.js';
import type { ProviderFailure } from '../events.js';

export interface GetOptions extends TaskOptions {
  /** Id or name (the newest of that name that is stored). */
  readonly object: string;
  /** These bytes of it alone; without, all. Who serves a range asks `object` first how many there are. */
  readonly range?: ByteRange | undefined;
  /**
   * Finished once all is verified; suspended otherwise, or abandoned where the whole is not what was stored. Of a range each piece is verified when
   * it is written, and what the sink has of before is not looked at.
   */
  readonly sink: ByteSink;
  /** Most token wei to be promised for reading; without, what the deals' escrow has beyond rent. */
  readonly maxEgress?: Wei | undefined;
  /** Hears at the end, also of what failed, how many token wei were promised for reading. */
  readonly onPaid?: ((egress: Wei) => void) | undefined;
}

export interface GetResult {
  readonly object: StoredObject;
  /** Token wei that reading it cost, promised by vouchers. */
  readonly egress: Wei;
  readonly failures: readonly ProviderFailure[];
}

/** The record of a stored object: OBJECT_MISSING, OBJECT_NOT_STORED. */
export const storedObject = async ({ catalogue }: Pick<RenterContext, 'catalogue'>, idOrName: string): Promise<StoredObject> => {
  const object = await catalogue.object(idOrName);
  if (!object) throw new HoldfastError('OBJECT_MISSING', { name: idOrName });
  if (object.state !== 'stored') throw new HoldfastError('OBJECT_NOT_STORED', { name: object.name });
  return object;
};

async function* slabRecords({ catalogue }: RenterContext, { id }: StoredObject, from: number): AsyncGenerator<SlabRecord> {
  for await (const [, slab] of catalogue.slabs(id, from)) yield slab;
}

/** Bytes that are hashed and written at once: the event loop has its turn between. */
const PART_BYTES = 1 << 20;

/** Hears how many bytes are written, of those that are to be. */
type Progress = (bytes: number) => void;

/** All of an object. Slabs that an earlier run left in the sink are not fetched again. OBJECT_CORRUPT. */
const writeWhole = async (
  context: RenterContext,
  object: StoredObject,
  sink: ByteSink,
  { purse, failures, signal }: RangeOptions,
  report: Progress,
): Promise<void> => {
  const whole = createSha256();
  const earlier = await countEarlier(context, object, sink, (bytes) => whole.update(bytes), signal);
  const sources = await sourcesOf(context, object, slabRecords(context, object, earlier.slabs), { purse, signal });
  let done = earlier.bytes;
  const slabs = context.catalogue.slabs(object.id, earlier.slabs);
  const fetch = (slab: readonly [number, SlabRecord], until: AbortSignal) => fetchSlab(context, sources, slab, failures, until);
  for await (const { bytes } of decodedInOrder(slabs, context.limits.slabsInFlight, fetch, signal)) {
    for (let from = 0; from < bytes.length; from += PART_BYTES) {
      const part = bytes.subarray(from, from + PART_BYTES);
      whole.update(part);
      await sink.write(part);
    }
    report((done += bytes.length));
  }
  const found = toHex(whole.digest());
  if (found !== object.sha256) throw new HoldfastError('OBJECT_CORRUPT', { name: object.name, expected: object.sha256, found });
};

/** A range of an object. */
const writeRange = async (pieces: AsyncIterable<Uint8Array>, sink: ByteSink, report: Progress): Promise<void> => {
  let done = 0;
  for await (const bytes of pieces) {
    await sink.write(bytes);
    report((done += bytes.length));
  }
};

/**
 * Fetches an object from the fastest k of its providers, or a range of it. All that is read is verified before it is decoded, and the SHA-256 of
 * the whole before the sink is finished; of a range `readObjectRange` says what is.
 */
export const getObject = async (
  context: RenterContext,
  { object: idOrName, range, sink, maxEgress, onPaid, signal, report }: GetOptions,
): Promise<GetResult> => {
  const stop = new AbortController();
  const either = anySignal(stop.signal, signal);
  const purse = createPurse(maxEgress);
  try {
    const object = await storedObject(context, idOrName);
    const failures = createFailureList(context, report);
    const options = { purse, failures, signal: either };
    const total = range ? range.end - range.start : object.bytes;
    const progress: Progress = (bytes) => report?.({ kind: 'downloaded', bytes, total });
    if (range) await writeRange(readObjectRange(context, object, range, options), sink, progress);
    else await writeWhole(context, object, sink, options, progress);
    await sink.finish();
    return { object, egress: purse.spent, failures: failures.all };
  } catch (error) {
    stop.abort(error);
    if (sink.suspend && !isHoldfastError(error, 'OBJECT_CORRUPT')) await sink.suspend();
    else await sink.abandon();
    throw error;
  } finally {
    onPaid?.(purse.spent);
  }
};
