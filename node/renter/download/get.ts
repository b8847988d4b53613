import { createSha256 } from '#sha256';
import { anySignal } from '../../core/tasks/waiting.js';
import { toHex } from '../../core/data/bytes.js';
import type { DecodedSlab } from '../../core/data/slab.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Wei } from '../../core/units.js';
import type { SlabRecord, StoredObject } from '../../ports/catalogue.js';
import type { ByteSink } from '../../ports/world.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { createFailureList } from '../failure-list.js';
import { countEarlier } from './count-earlier.js';
import { createPurse } from './egress.js';
import { fetchSlab, sourcesOf } from './fetch-slab.js';
import { inOrder } from '../../core/tasks/in-order.js';
import type { ProviderFailure } from '../events.js';

export interface GetOptions extends TaskOptions {
  /** Id or name (the newest of that name that is stored). */
  readonly object: string;
  /** Finished once all is verified; suspended otherwise, or abandoned where the whole is not what was stored. */
  readonly sink: ByteSink;
  /** Most token wei to be promised for reading; without, what the deals' escrow has beyond rent. */
  readonly maxEgress?: Wei | undefined;
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

/**
 * Fetches an object from the fastest k of its providers. Every range is verified before anything is decoded, and the SHA-256 of
 * the whole before the sink is finished. Slabs that an earlier run left in the sink are not fetched again.
 */
export const getObject = async (
  context: RenterContext,
  { object: idOrName, sink, maxEgress, signal, report }: GetOptions,
): Promise<GetResult> => {
  const stop = new AbortController();
  const either = anySignal(stop.signal, signal);
  const held = new Set<DecodedSlab>();
  try {
    const object = await storedObject(context, idOrName);
    const failures = createFailureList(context, report);
    const purse = createPurse(maxEgress);
    const whole = createSha256();
    const earlier = await countEarlier(context, object, sink, (bytes) => whole.update(bytes), either);
    const sources = await sourcesOf(context, object, slabRecords(context, object, earlier.slabs), { purse, signal: either });
    let done = earlier.bytes;
    const slabs = context.catalogue.slabs(object.id, earlier.slabs);
    const fetch = async (slab: readonly [number, SlabRecord], until: AbortSignal): Promise<DecodedSlab> => {
      const decoded = await fetchSlab(context, sources, slab, failures, until);
      held.add(decoded);
      return decoded;
    };
    for await (const [, decoded] of inOrder(slabs, context.limits.slabsInFlight, fetch, either)) {
      const { bytes } = decoded;
      whole.update(bytes);
      await sink.write(bytes);
      done += bytes.length;
      held.delete(decoded);
      decoded[Symbol.dispose]();
      report?.({ kind: 'downloaded', bytes: done, total: object.bytes });
    }
    const found = toHex(whole.digest());
    if (found !== object.sha256) throw new HoldfastError('OBJECT_CORRUPT', { name: object.name, expected: object.sha256, found });
    await sink.finish();
    return { object, egress: purse.spent, failures: failures.all };
  } catch (error) {
    stop.abort(error);
    if (sink.suspend && !isHoldfastError(error, 'OBJECT_CORRUPT')) await sink.suspend();
    else await sink.abandon();
    throw error;
  } finally {
    for (const decoded of held) decoded[Symbol.dispose]();
  }
};
