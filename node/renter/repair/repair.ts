import type { Address, DealId, Wei } from '../../core/units.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { bringInOrder } from '../deals/bring-in-order.js';
import { asError } from '../../core/errors/coded.js';
import type { DealHealth } from './decide-repair.js';
import { createFailureList } from '../failure-list.js';
import { createPurse } from '../download/purse.js';
import { leavesPerProvider } from '../homes/quote.js';
import type { ProviderFailure } from '../events.js';
import { moveSlabs, type Moving } from './move-slabs.js';
import { ownersOf, planRepairs, runsOf, type RepairAction, type RepairTerms } from './plan-repair.js';
import { readHealth } from './read-health.js';
import type { RepairOptions } from './repair-options.js';

/** What became of one object or crate that needed repair. */
export interface RepairOutcome extends RepairAction {
  /** Providers that hold the moved shards now, by shard index: the last one each, where slabs of the object went to different ones. */
  readonly moved: ReadonlyMap<number, Address>;
  /** Why not all was moved. */
  readonly error?: Error;
}

export interface RepairResult {
  readonly health: ReadonlyMap<DealId, DealHealth>;
  readonly outcomes: readonly RepairOutcome[];
  /** Shards, of one slab each, that were made anew and placed. */
  readonly repairedShards: number;
  /** Token wei that reading what was left cost. */
  readonly egress: Wei;
  readonly failures: readonly ProviderFailure[];
}

const chosenObjects = async ({ catalogue }: RenterContext, wanted: readonly string[] | undefined): Promise<ObjectRecord[] | undefined> => {
  if (wanted === undefined) return undefined;
  const objects = new Map<string, ObjectRecord>();
  for (const word of wanted) {
    const byId = await catalogue.object(word);
    if (byId?.id === word) objects.set(word, byId);
    for await (const object of catalogue.named(word)) objects.set(object.id, object);
  }
  return [...objects.values()];
};

/** What was moved of an object or a crate so far. */
interface Moved {
  readonly homes: Map<number, Address>;
  shards: number;
}

/** For each action the leaves that all moves after it take at a provider. */
const leavesAfter = (actions: readonly RepairAction[]): readonly number[] => {
  const after: number[] = [];
  actions.reduceRight((sum, { kind, bytes, owner }, index) => {
    after[index] = sum;
    return kind === 'move' ? sum + leavesPerProvider(bytes, owner.k) : sum;
  }, 0);
  return after;
};

/** Moves the lost shards of an object or a crate, a run of slabs after the other; new deals have room for `later` leaves more, or for as much again. */
const moveOwner = async (
  context: RenterContext,
  { owner, bytes }: RepairAction,
  later: number,
  terms: RepairTerms,
  moving: Moving,
  moved: Moved,
): Promise<void> => {
  let left = bytes;
  for await (const run of runsOf(context, owner, terms)) {
    for (const { length } of run.slabs.values()) left -= length;
    const room = Math.max(leavesPerProvider(bytes, owner.k), leavesPerProvider(left, owner.k) + later);
    const columns = await moveSlabs(context, owner, run, room, moving);
    for (const { shard, provider } of columns) moved.homes.set(shard, provider);
    moved.shards += columns.length * run.slabs.size;
  }
};

const repairAll = async (context: RenterContext, options: RepairOptions): Promise<RepairResult> => {
  const { signal, report, margin = 2, threshold } = options;
  const failures = createFailureList(context, report);
  if (!options.counting?.dryRun) await bringInOrder(context, failures, signal);
  const chosen = await chosenObjects(context, options.objects);
  const owners = chosen && (await ownersOf(context, chosen));
  const health = await readHealth(context, { margin, objects: owners, counting: options.counting, signal });
  const terms = { health, threshold };
  const actions = await planRepairs(context, owners, terms);
  const moving = { options, purse: createPurse(options.maxEgress), failures };
  const later = leavesAfter(actions);
  const outcomes: RepairOutcome[] = [];
  let repairedShards = 0;
  for (const [index, action] of actions.entries()) {
    const moved: Moved = { homes: new Map(), shards: 0 };
    const error = await moveOwner(context, action, later[index] ?? 0, terms, moving, moved).then(() => undefined, asError);
    signal?.throwIfAborted();
    if (error && !options.eachForItself) throw error;
    outcomes.push({ ...action, moved: moved.homes, ...(error && { error }) });
    context.metrics.add('holdfast_shards_repaired_total', moved.shards);
    repairedShards += moved.shards;
  }
  return { health, outcomes, repairedShards, egress: moving.purse.spent, failures: failures.all };
};

/**
 * Looks at the shards of every object and makes those that are lost anew, a slab at a time, from any k that are left, at providers that hold no
 * other shard of the slab, under fresh keys. Challenges that nobody answered in time are made to expire first. Slabs count as repaired once the
 * chain holds the new revisions.
 */
export const repairObjects = (context: RenterContext, options: RepairOptions): Promise<RepairResult> =>
  // One at a time: two would each make the same shards anew, and pay for them.
  context.serial('repair', () => repairAll(context, options), options.signal);
