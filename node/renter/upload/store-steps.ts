import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { drain } from '../../core/tasks/drain.js';
import { createSerial } from '../../core/tasks/serial.js';
import { anySignal } from '../../core/tasks/waiting.js';
import { leaves, type Leaves } from '../../core/units.js';
import type { SlabOwner, SlabRecord } from '../../ports/catalogue.js';
import type { ByteSource } from '../../ports/world.js';
import { codedOwner } from '../coded-owner.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { hasRoom } from '../homes/deals-with-room.js';
import { planStep } from '../homes/quote.js';
import { columnsOf, shardIn, type Column } from './columns.js';
import { awaitColumns } from './commit-columns.js';
import { heldBefore } from './held-before.js';
import { placeStep, stepWithout, type Placing, type SignedStep, type Step } from './place-step.js';
import type { BegunPlacing } from './placing-terms.js';
import { sizeSteps } from './size-steps.js';
import type { Slab, SlabInHand, SlabReader, SlabRecorder } from './slabs.js';

/** All that is to be stored in steps. */
export interface Storing<InHand extends SlabInHand = SlabInHand> extends BegunPlacing {
  /** The object or the crate, as it was recorded when it was begun before. */
  readonly owner: SlabOwner;
  /** Plaintext bytes of a slab at most. */
  readonly slabBytes: number;
  /** How many bytes all slabs have, if that is known, and how many of them can be read again. */
  readonly source: Pick<ByteSource, 'length' | 'keeps'>;
  readonly reader: SlabReader<InHand>;
  /** Slabs that were read before, once more. */
  readonly again: (slabs: Iterable<Slab>, signal: AbortSignal) => ReturnType<Placing['again']>;
  readonly recorder: SlabRecorder<InHand>;
  /** Of the slabs that were recorded before, those that are to be stored; without, all. */
  readonly open?: ReadonlySet<number> | undefined;
  /** Bytes of later files. */
  readonly room: number | undefined;
  /** Bytes of room for files that follow in the same run. */
  readonly following: number | undefined;
  readonly task: TaskOptions;
}

async function* recordedShards(
  { catalogue }: RenterContext,
  { owner: { id }, open }: Pick<Storing, 'owner' | 'open'>,
  from: number,
  count: number,
): AsyncGenerator<SlabRecord> {
  for await (const [index, slab] of catalogue.slabs(id, from)) {
    if (index >= from + count) return;
    if (open?.has(index) ?? true) yield slab;
  }
}

/**
 * Slabs from index `from` on that were begun before. No other slab goes into a step with them, since that is placed under the keys of then: another
 * machine that goes on with a copy of this catalogue may have put something else there.
 */
const begunFrom = ({ owner, open }: Pick<Storing, 'owner' | 'open'>, from: number): number =>
  open ? [...open].filter((index) => index >= from).length : Math.max(0, owner.slabs - from);

/**
 * The columns that an interrupted put had begun to fill, as far as they are of use and what they lack still fits: others may have filled their
 * deals since.
 */
const columnsBefore = async (
  context: RenterContext,
  { owner, open, known, terms, task: { signal } }: Pick<Storing, 'owner' | 'open' | 'known' | 'terms' | 'task'>,
  { from, count, own }: { readonly from: number; readonly count: number; readonly own: Leaves },
): Promise<readonly Column[]> => {
  if (from >= owner.slabs) return [];
  const recorded = () => recordedShards(context, { owner, open }, from, count);
  const { parameters, agreed } = context.settlement;
  const columns: Column[] = [];
  for (const column of await columnsOf(recorded(), known, terms.until)) {
    if (terms.answers.failures.has(column.provider)) continue;
    const [entry, record] = [known.get(column.deal), await context.catalogue.deal(column.deal)];
    // What was proposed and not answered has its room, and is asked for again.
    const { number } = (record?.proposed ?? record?.current)?.revision ?? {};
    let lacking: number = own;
    for await (const { shards } of recorded()) {
      const shard = shardIn(column, shards);
      const times = shard && number !== undefined ? await context.catalogue.timesNamed(column.deal, number, shard.sector.root) : 0;
      if (shard && times > 0) lacking -= shard.sector.leaves;
    }
    const wanted = { leaves: leaves(Math.max(0, lacking)), now: await currentPeriod(agreed, signal), until: terms.until, parameters };
    if (lacking <= 0 || (entry && record && hasRoom({ ...entry, record }, wanted))) columns.push(column);
  }
  return columns;
};

/**
 * Source, homes, code and encrypt, place, commit: reads the source once and stores it step by step. While the chain is awaited for some steps the
 * next is under way. What a step lacks in the end is read again, sent elsewhere and committed, before the source may forget it. Hands on, in order, up
 * to which byte the chain holds all; whoever leaves before the end stops what is under way.
 */
export async function* storeSteps<InHand extends SlabInHand>(context: RenterContext, storing: Storing<InHand>): AsyncGenerator<number> {
  const { owner, source, reader, recorder, terms, known, room, following, task } = storing;
  const { k, n } = owner;
  const { limits } = context;
  const size = sizeSteps({ k, n, slab: storing.slabBytes, keeps: source.keeps }, limits);
  const stop = new AbortController();
  const signal = anySignal(stop.signal, task.signal);
  const either: TaskOptions = { ...task, signal };
  const again: Placing['again'] = (slabs) => storing.again(slabs, signal);
  const placing: Placing = { coded: codedOwner(context, owner), terms, known, again };
  const { failures } = terms.answers;
  const inTurn = createSerial();

  const place = (step: Step): Promise<SignedStep> =>
    inTurn('place', () => drain(placeStep(context, placing, step, either), (slab) => recorder.placed(slab)));
  const stepFrom = async (from: number, offset: number): Promise<Step> => {
    const bytes = reader.isLast ? reader.bytes : source.length;
    const count = Math.min(size.slabs, begunFrom(storing, from) || size.slabs);
    const space = { bytes, offset, step: Math.min((size.bytes / size.slabs) * count, (bytes ?? Infinity) - offset) };
    const plan = planStep({ ...space, k, n, room, following, dealLeaves: limits.dealLeaves, pages: limits.pageLeaves });
    const columns = await columnsBefore(context, storing, { from, count, own: plan.leaves });
    const slabs = recorder.noted(heldBefore(context, columns, reader.take(count), failures, signal));
    return { plan, columns, slabs, replaces: false };
  };
  /** The offset behind the step, once the chain holds all of it. */
  const commit = async (signed: SignedStep, end: number): Promise<number> => {
    for (let step = signed; ;) {
      const columns = await awaitColumns(context, step.columns, step.placed, failures, either);
      if (columns.length === terms.shards.size) return end;
      step = await place(stepWithout(placing, step, columns));
    }
  };

  const awaited: Promise<number>[] = [];
  try {
    for (let next = await reader.peek(); next; next = await reader.peek()) {
      const { index, offset } = next.slab;
      const signed = await place(await stepFrom(index, offset));
      const end = [...signed.placed.values()].reduce((most, { slab }) => Math.max(most, slab.offset + slab.length), offset);
      const whole = commit(signed, end);
      whole.catch((error: unknown) => stop.abort(error));
      awaited.push(whole);
      if (awaited.length >= size.inFlight) yield await (awaited.shift() as Promise<number>);
    }
    for (let first = awaited.shift(); first; first = awaited.shift()) yield await first;
  } catch (error) {
    stop.abort(error);
    throw error;
  } finally {
    stop.abort(new HoldfastError('ABORTED', { what: 'storing' }));
    await Promise.allSettled(awaited);
  }
}
