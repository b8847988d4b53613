import { slabBytes } from '../../core/data/slab.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { HalfDoneObject, StoredObject } from '../../ports/catalogue.js';
import type { ByteSource } from '../../ports/world.js';
import type { RenterContext } from '../context.js';
import type { ProviderFailure } from '../events.js';
import { createFailureList, type FailureList } from '../failure-list.js';
import type { Quote } from '../homes/quote.js';
import { forgetBegun } from './forget-begun.js';
import { freshId } from '../fresh-id.js';
import { whileInHand, type InCharge } from './in-hand.js';
import { beginPlacing, requirePeriods, shapeOf, type PlacingOptions } from './placing-terms.js';
import { createSourceReader, readAgain, type SourceReader } from './read-slabs.js';
import { createObjectRecorder } from './record-object.js';
import { sameObject } from './same-content.js';
import { storeSteps } from './store-steps.js';

export interface PutOptions extends PlacingOptions {
  readonly name: string;
  /** Stays open: whoever opened it closes it. */
  readonly source: ByteSource;
}

export interface PutResult {
  readonly object: StoredObject;
  /** Undefined where nothing had to be placed. */
  readonly quote?: Quote;
  /** Whether just that was stored under this name already, and nothing was sent. */
  readonly same: boolean;
  readonly failures: readonly ProviderFailure[];
}

/** Half-done puts of the name: the one of the same source and shape, which is continued as of now, and the others. What lies in a crate is continued there. */
const halfDone = async ({ catalogue, inHand }: RenterContext, fresh: HalfDoneObject) => {
  const others: HalfDoneObject[] = [];
  let same: HalfDoneObject | undefined;
  for await (const object of catalogue.named(fresh.name)) {
    if (object.state !== 'placing' || inHand.has(object.id)) continue;
    const { id, k, n, origin } = object;
    const isSame = !same && origin !== undefined && origin === fresh.origin && k === fresh.k && n === fresh.n;
    if (isSame && !(await catalogue.slab(id, 0))?.within) same = { ...object, storedAt: fresh.storedAt };
    else others.push(object);
  }
  return { object: same ?? fresh, others };
};

/** Bytes of each slab of the object but the last: of one that is continued, what they were when it was begun. All are alike, whatever the room is by now. */
const slabLengthOf = async ({ catalogue, limits }: RenterContext, { id, k, n }: HalfDoneObject): Promise<number> =>
  (await catalogue.slab(id, 0))?.length ?? slabBytes(k, n, limits.slabRoom);

/** What a put was asked for and what it has begun with. */
interface Begun {
  readonly options: PutOptions;
  readonly object: HalfDoneObject;
  readonly slabBytes: number;
  readonly reader: SourceReader;
  readonly failures: FailureList;
}

const place = async (context: RenterContext, { options, object, slabBytes: perSlab, reader, failures }: Begun): Promise<PutResult> => {
  const { source, name, signal, report } = options;
  const { terms, known } = await beginPlacing(context, options, object.n, failures);
  if (object.slabs === 0) {
    const { sha256 } = reader.isLast ? reader.whole() : object;
    const same = await sameObject(context, { ...object, sha256, length: source.length }, known, terms.until);
    if (same) return { object: same, same: true, failures: failures.all };
  }
  const recorder = createObjectRecorder(context, object, reader, { total: source.length, report });
  const steps = storeSteps(context, {
    owner: object,
    slabBytes: perSlab,
    terms,
    known,
    source,
    reader,
    again: (slabs, either) => readAgain(source, slabs, { name, signal: either }),
    recorder,
    room: options.room,
    following: options.following,
    task: { ...(signal && { signal }), ...(report && { report }) },
  });
  for await (const end of steps) source.forget?.(end);
  if (object.origin !== (await source.origin?.())) throw new HoldfastError('SOURCE_CHANGED', { name });
  const stored = await recorder.stored();
  return { object: stored, same: false, failures: failures.all, ...(terms.agreement.quote && { quote: terms.agreement.quote }) };
};

const putAlone = async (context: RenterContext, options: PutOptions, inCharge: InCharge): Promise<PutResult> => {
  const { source, name, periods, signal, report } = options;
  const { k, n } = shapeOf(options);
  const { catalogue, clock } = context;
  requirePeriods(periods);
  const origin = await source.origin?.();
  const shape = { name, k, n, bytes: 0, slabs: 0, storedAt: clock.now() };
  const fresh: HalfDoneObject = { id: freshId(), ...shape, state: 'placing', ...(origin !== undefined && { origin }) };
  const { object, others } = await halfDone(context, fresh);
  const perSlab = await slabLengthOf(context, object);
  const record = (index: number) => catalogue.slab(object.id, index);
  const roomFor = (length: number) => context.coder.plaintextRoom(length, { k, n }, signal);
  const reading = {
    name,
    slabBytes: perSlab,
    recorded: object.slabs,
    record,
    roomFor,
    ...(signal && { signal }),
    ...(report && { report }),
  };
  using reader = createSourceReader(source, reading);
  const failures = createFailureList(context, report);
  inCharge.take(object.id);
  try {
    const nothing = (await reader.peek()) === undefined;
    const result: PutResult = nothing
      ? { object: await createObjectRecorder(context, object, reader, { total: 0, report }).stored(), same: false, failures: [] }
      : await place(context, { options, object, slabBytes: perSlab, reader, failures });
    await forgetBegun(
      context,
      others.map(({ id }) => id),
    );
    return result;
  } catch (error) {
    // Nothing can be continued that is made of another content.
    if (isHoldfastError(error, 'SOURCE_CHANGED')) await catalogue.deleteObject(object.id);
    throw error;
  }
};

/**
 * Stores a file of any size: k of n coded, each shard encrypted under a key of its own, at n distinct providers, in steps that the chain holds one
 * after the other. It counts as stored, and this resolves, once the chain holds all of them. The source is read once. A half-done put of the same
 * name and origin is continued: slabs that are there are compared, and neither coded nor sent again. SOURCE_CHANGED if they are others now.
 */
export const putObject = (context: RenterContext, options: PutOptions): Promise<PutResult> =>
  // One of a name at a time: what another has begun under it counts as broken off.
  context.serial(`put ${options.name}`, () => whileInHand(context, (inCharge) => putAlone(context, options, inCharge)), options.signal);
