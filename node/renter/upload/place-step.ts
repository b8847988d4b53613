import type { DealId } from '../../core/units.js';
import type { CodedOwner } from '../coded-owner.js';
import type { RenterContext, TaskOptions } from '../context.js';
import type { KnownDeal } from '../deals/deal-book.js';
import type { SpacePlan } from '../homes/quote.js';
import { isWhole, type Column } from './columns.js';
import { awaitColumns, signColumns, type SignedColumn } from './commit-columns.js';
import { fillColumns, type HomesTerms } from './fill-columns.js';
import { sendSlabs } from './send-slabs.js';
import type { PlacedSlab, Slab, SlabInHand } from './slabs.js';

/** What the steps of one object have in common. */
export interface Placing {
  readonly coded: CodedOwner;
  readonly terms: HomesTerms;
  /** Deals as they were before the first step. */
  readonly known: ReadonlyMap<DealId, KnownDeal>;
  /** Slabs that were in hand before, once more. */
  readonly again: (slabs: Iterable<Slab>) => AsyncIterable<Omit<SlabInHand, 'has'>>;
}

/** Slabs that go out together, and are committed together. */
export interface Step {
  readonly plan: SpacePlan;
  /** Those that are there already. */
  readonly columns: readonly Column[];
  /** Its slabs with what those columns have of them. */
  readonly slabs: AsyncIterable<SlabInHand>;
  /** Whether something was paid for it before. */
  readonly replaces: boolean;
}

/** A step whose shards are durable at their providers, by revisions that both signed. */
export interface SignedStep {
  readonly plan: SpacePlan;
  readonly columns: readonly SignedColumn[];
  readonly placed: ReadonlyMap<number, PlacedSlab>;
}

/** Slabs with the shards of them that were placed before. */
export async function* withShards(
  slabs: AsyncIterable<Omit<SlabInHand, 'has'>>,
  placed: ReadonlyMap<number, PlacedSlab>,
): AsyncGenerator<SlabInHand> {
  for await (const one of slabs) yield { ...one, has: placed.get(one.slab.index)?.shards ?? [] };
}

/** What a step lacks of which some columns failed: the others stay. */
export const stepWithout = (placing: Placing, { plan, placed }: SignedStep, columns: readonly Column[]): Step => {
  const slabs = [...placed.values()].map(({ slab }) => slab);
  return { plan, columns, slabs: withShards(placing.again(slabs), placed), replaces: true };
};

/**
 * Homes, code and send, sign: puts the slabs of a step at distinct providers and returns what both signed, handing on each slab as it is durable.
 * Whoever fails on the way is recorded and replaced, as long as there are others; its slabs are read again then, and handed on again.
 */
export async function* placeStep(
  context: RenterContext,
  placing: Placing,
  first: Step,
  task: TaskOptions,
): AsyncGenerator<PlacedSlab, SignedStep> {
  const { coded, terms, known } = placing;
  const { failures } = terms.answers;
  for (let step = first; ;) {
    const columns = await fillColumns(context, terms, step.plan, step.columns, { ...task, replaces: step.replaces });
    const placed = new Map<number, PlacedSlab>();
    for await (const one of sendSlabs(context, coded, columns, step.slabs, failures, task.signal)) {
      placed.set(one.slab.index, one);
      yield one;
    }
    const whole = columns.filter((column) => isWhole(column, placed.values()));
    const all = whole.length === columns.length;
    const signed = all ? await signColumns(context, whole, placed, { known, shape: coded }, failures, task) : [];
    const done: SignedStep = { plan: step.plan, columns: signed, placed };
    if (signed.length === columns.length) return done;
    step = stepWithout(placing, done, all ? signed.map(({ column }) => column) : whole);
  }
}

/** Places a step and waits for the chain to hold it; what it lacks then goes elsewhere. */
export async function* storeStep(
  context: RenterContext,
  placing: Placing,
  first: Step,
  task: TaskOptions,
): AsyncGenerator<PlacedSlab, SignedStep> {
  for (let step = first; ;) {
    const signed = yield* placeStep(context, placing, step, task);
    const columns = await awaitColumns(context, signed.columns, signed.placed, placing.terms.answers.failures, task);
    if (columns.length === placing.terms.shards.size) return signed;
    step = stepWithout(placing, signed, columns);
  }
}
