import { slabBytes } from '../../core/data/slab.js';
import { toHex } from '../../core/data/bytes.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { period, type DealId, type Wei } from '../../core/units.js';
import type { HalfDoneObject, StoredObject } from '../../ports/catalogue.js';
import type { ByteSource } from '../../ports/world.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { expireChallenges } from '../deals/challenges.js';
import { chainDeals, readDeals, type KnownDeal } from '../deals/deal-book.js';
import { adoptOpenings } from '../deals/open-deals.js';
import { reconcileDeals } from '../deals/reconcile.js';
import type { ProviderFailure } from '../events.js';
import { createFailureList, type FailureList } from '../failure-list.js';
import type { Quote } from '../homes/quote.js';
import { createAgreement } from './agreement.js';
import { createSlabReader, readAgain, type SlabReader } from './read-slabs.js';
import { createObjectRecorder } from './record-object.js';
import { sameObject } from './same-content.js';
import { storeSteps } from './store-steps.js';

export interface PutOptions extends TaskOptions {
  readonly name: string;
  /** Stays open: whoever opened it closes it. */
  readonly source: ByteSource;
  /** Data shards. Default 4. */
  readonly k?: number;
  /** All shards, each at a provider of its own. Default 6. */
  readonly n?: number;
  /** Bytes of later files that new deals have room for. Default: as much as this file, as far as a deal takes it. */
  readonly room?: number;
  /** Bytes of room for files that are put after this one in the same run: new deals have it, and the quote is that of all. Default: 0. */
  readonly following?: number;
  /** Periods that new deals are paid for. */
  readonly periods: number;
  /** Periods that a deal which is there must still last to be used. Default: half of `periods`. */
  readonly minPeriods?: number;
  /** Most token wei per GiB and 30 days that any provider may ask. */
  readonly maxPrice?: Wei;
  /** Most token wei per GiB read that any provider may ask. */
  readonly maxEgressPrice?: Wei;
  /** How often new deals can pay for a read of all their room, at no price for egress nothing. Default 1. */
  readonly reads?: number;
  /** Hears the quote and says whether to go on, before anything is paid. */
  readonly confirm?: (quote: Quote) => Promise<boolean>;
}

export interface PutResult {
  readonly object: StoredObject;
  /** Undefined where nothing had to be placed. */
  readonly quote?: Quote;
  /** Whether just that was stored under this name already, and nothing was sent. */
  readonly same: boolean;
  readonly failures: readonly ProviderFailure[];
}

/** A deal must outlast the period it is opened in, the next, and one more for a late commit. */
const MIN_PERIODS = 3;

const freshId = (): string => toHex(crypto.getRandomValues(new Uint8Array(16))).slice(2);

/** Half-done puts of the name: the one of the same source and shape, which is continued, and the others. */
const halfDone = async ({ catalogue }: RenterContext, fresh: HalfDoneObject) => {
  const others: HalfDoneObject[] = [];
  let same: HalfDoneObject | undefined;
  for await (const object of catalogue.placing()) {
    if (object.name !== fresh.name) continue;
    const { k, n, origin } = object;
    if (!same && origin !== undefined && origin === fresh.origin && k === fresh.k && n === fresh.n) same = object;
    else others.push(object);
  }
  return { object: same ?? fresh, others };
};

/** All deals as they are now, once what an interruption left is settled. */
const settledDeals = async (
  context: RenterContext,
  failures: FailureList,
  signal?: AbortSignal,
): Promise<ReadonlyMap<DealId, KnownDeal>> => {
  await adoptOpenings(context, await currentPeriod(context.settlement.agreed, signal), signal);
  const known = await readDeals(context, signal);
  await expireChallenges(context, chainDeals(known).values(), failures, signal);
  await reconcileDeals(context, chainDeals(known), failures, signal);
  return new Map(known.map((one) => [one.deal.id, one]));
};

/** What a put was asked for and what it has begun with. */
interface Begun {
  readonly options: PutOptions;
  readonly object: HalfDoneObject;
  readonly reader: SlabReader;
  readonly failures: FailureList;
}

const place = async (context: RenterContext, { options, object, reader, failures }: Begun): Promise<PutResult> => {
  const { source, name, periods, minPeriods = Math.floor(periods / 2), signal, report } = options;
  const now = await currentPeriod(context.settlement.agreed, signal);
  const known = await settledDeals(context, failures, signal);
  const until = period(now + Math.max(minPeriods, 2));
  if (object.slabs === 0) {
    const { sha256 } = reader.isLast ? reader.whole() : object;
    const same = await sameObject(context, { ...object, sha256 }, known, until);
    if (same) return { object: same, same: true, failures: failures.all };
  }
  const recorder = createObjectRecorder(context, object, reader, { total: source.length, report });
  const agreement = createAgreement(options.confirm, report);
  const { maxPrice, maxEgressPrice, reads } = options;
  const answers = { failures, declined: new Map() };
  const shards = new Map(Array.from({ length: object.n }, (_, shard) => [shard, 0]));
  const terms = {
    excluded: new Set<never>(),
    maxEnd: period(now + periods + 1),
    until,
    maxPrice,
    maxEgressPrice,
    reads,
    shards,
    agreement,
    answers,
  };
  await storeSteps(context, {
    source,
    reader,
    recorder,
    begun: object,
    room: options.room,
    following: options.following,
    placing: (either) => ({
      object: { k: object.k, n: object.n, key: context.objectKey(object.id) },
      terms,
      known,
      again: (slabs) => readAgain(source, slabs, { name, signal: either }),
    }),
    task: { ...(signal && { signal }), ...(report && { report }) },
  });
  if (object.origin !== (await source.origin?.())) throw new HoldfastError('SOURCE_CHANGED', { name });
  const stored = await recorder.stored();
  return { object: stored, same: false, failures: failures.all, ...(agreement.quote && { quote: agreement.quote }) };
};

const putAlone = async (context: RenterContext, options: PutOptions): Promise<PutResult> => {
  const { source, name, k = 4, n = 6, periods, signal, report } = options;
  const { catalogue, clock, limits } = context;
  const perSlab = slabBytes(k, n, limits.slabRoom);
  if (periods < MIN_PERIODS) throw new HoldfastError('PERIODS_TOO_FEW', { periods, min: MIN_PERIODS });
  const origin = await source.origin?.();
  const shape = { name, k, n, bytes: 0, slabs: 0, storedAt: clock.now() };
  const fresh: HalfDoneObject = { id: freshId(), ...shape, state: 'placing', ...(origin !== undefined && { origin }) };
  const { object, others } = await halfDone(context, fresh);
  const record = (index: number) => catalogue.slab(object.id, index);
  const reading = { name, slabBytes: perSlab, recorded: object.slabs, record, ...(signal && { signal }), ...(report && { report }) };
  const reader = createSlabReader(source, reading);
  const failures = createFailureList(context, report);
  context.inHand.add(object.id);
  try {
    const nothing = (await reader.peek()) === undefined;
    const result: PutResult = nothing
      ? { object: await createObjectRecorder(context, object, reader, { total: 0, report }).stored(), same: false, failures: [] }
      : await place(context, { options, object, reader, failures });
    for (const { id } of others) await catalogue.deleteObject(id);
    return result;
  } catch (error) {
    // Nothing can be continued that is made of another content.
    if (isHoldfastError(error, 'SOURCE_CHANGED')) await catalogue.deleteObject(object.id);
    throw error;
  } finally {
    context.inHand.delete(object.id);
  }
};

/**
 * Stores a file of any size: k of n coded, each shard encrypted under a key of its own, at n distinct providers, in steps that the chain holds one
 * after the other. It counts as stored, and this resolves, once the chain holds all of them. The source is read once. A half-done put of the same
 * name and origin is continued: slabs that are there are compared, and neither coded nor sent again. SOURCE_CHANGED if they are others now.
 */
export const putObject = (context: RenterContext, options: PutOptions): Promise<PutResult> =>
  // One of a name at a time: what another has begun under it counts as broken off.
  context.serial(`put ${options.name}`, () => putAlone(context, options), options.signal);
