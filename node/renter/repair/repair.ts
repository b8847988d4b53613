import { leaves, period, type Address, type DealId, type Wei } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { ObjectRecord, ShardPlacement } from '../../ports/catalogue.js';
import { expireChallenges } from '../deals/challenges.js';
import { columnsOf, type Column } from '../upload/columns.js';
import { currentPeriod } from '../current-period.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { chainDeals, readDeals } from '../deals/deal-book.js';
import { decideRepair, healthOf, type DealHealth, type RepairAction } from './decide-repair.js';
import { createFailureList, type FailureList } from '../failure-list.js';
import { createPurse, type Purse } from '../download/egress.js';
import { fetchSlab, sourcesOf } from '../download/fetch-slab.js';
import { adoptOpenings } from '../deals/open-deals.js';
import { placeColumns } from '../upload/place-columns.js';
import { probeDeal } from './probe.js';
import { sectorsByDeal } from '../deals/sectors-by-deal.js';
import { leavesPerProvider, type Quote } from '../homes/quote.js';
import { reconcileDeals } from '../deals/reconcile.js';
import type { ProviderFailure } from '../events.js';

export interface RepairOptions extends TaskOptions {
  /** Ids or names; all objects by default. */
  readonly objects?: readonly string[];
  /** Repair an object when fewer shards than this are not lost. Default: its n. */
  readonly threshold?: number;
  /** Shards in deals that end within this many periods count as lost. Default 2. */
  readonly margin?: number;
  /** Periods that new deals are paid for. */
  readonly periods: number;
  /** Bytes of later files that new deals have room for. Default: all that is to be moved, at least as much as the file. */
  readonly room?: number;
  readonly maxPrice?: Wei;
  readonly maxEgressPrice?: Wei;
  /** How often new deals can pay for a read of all their room. Default 1. */
  readonly reads?: number;
  /** Most token wei to be promised for reading what is left. */
  readonly maxEgress?: Wei | undefined;
  readonly confirm?: (quote: Quote) => Promise<boolean>;
}

/** What became of one object that needed repair. */
export interface RepairOutcome extends RepairAction {
  /** Providers that hold the moved shards now, by shard index. */
  readonly moved: ReadonlyMap<number, Address>;
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

const chosenObjects = async ({ catalogue }: RenterContext, wanted: readonly string[] | undefined): Promise<ObjectRecord[]> => {
  const objects: ObjectRecord[] = [];
  for await (const object of catalogue.objects()) objects.push(object);
  return wanted ? objects.filter(({ id, name }) => wanted.includes(id) || wanted.includes(name)) : objects;
};

/** Health of every deal that the objects have shards in: chain first, one probe each. */
export const readHealth = async (
  context: RenterContext,
  objects: readonly ObjectRecord[],
  margin: number,
  signal?: AbortSignal,
  chain: SettlementReader = context.settlement.agreed,
): Promise<ReadonlyMap<DealId, DealHealth>> => {
  const now = await currentPeriod(chain, signal);
  const known = new Map((await readDeals(context, signal, chain)).map((entry) => [entry.deal.id, entry]));
  const entries = [...sectorsByDeal(objects)].map(async ([id, sectors]) => {
    const entry = known.get(id);
    const probe = entry ? await probeDeal(context, id, entry.deal.provider, sectors, signal) : 'silent';
    return [id, healthOf({ deal: entry?.deal, sheet: entry?.sheet, probe }, now, margin)] as const;
  });
  return new Map(await Promise.all(entries));
};

const movedPlacements = (object: ObjectRecord, columns: readonly Column[]): ObjectRecord => ({
  ...object,
  slabs: object.slabs.map(({ length, shards }, slab) => ({
    length,
    shards: shards.map((old): ShardPlacement => {
      const column = columns.find(({ shard }) => shard === old.shard);
      const sector = column?.placed.get(slab);
      return column && sector ? { shard: old.shard, deal: column.deal, sector, attempt: column.attempt } : old;
    }),
  })),
});

/** Leaves that a new deal has room for beyond `action`'s own: all that is still to be moved after it, or as much again. */
const roomBeside = ({ object }: RepairAction, later: readonly RepairAction[]): number => {
  const rest = later.map((other) => leavesPerProvider(other.object.bytes, other.object.k));
  return Math.max(
    leavesPerProvider(object.bytes, object.k),
    rest.reduce((sum, count) => sum + count, 0),
  );
};

const moveColumns = async (
  context: RenterContext,
  action: RepairAction,
  later: readonly RepairAction[],
  options: RepairOptions,
  failures: FailureList,
  purse: Purse,
): Promise<readonly Column[]> => {
  const { object, columns: lost } = action;
  const now = await currentPeriod(context.settlement.agreed, options.signal);
  const { bytes, k, n, slabs } = object;
  const without = new Set(lost.filter(({ readable }) => !readable).map(({ shard }) => shard));
  const sources = await sourcesOf(context, object, purse, { without, signal: options.signal });
  // Whoever holds a shard that stays gets no second one, and whoever lost one no other; a deal that ends may be followed by another.
  const ending = new Set(lost.filter(({ readable }) => readable).map(({ shard }) => shard));
  const holders = [...columnsOf(object)].flatMap(([shard, { deal }]) => (ending.has(shard) ? [] : (sources.providers.get(deal) ?? [])));
  const own = leavesPerProvider(bytes, k);
  const room = options.room === undefined ? roomBeside(action, later) : leavesPerProvider(options.room, k);
  const plan = { bytes, k, n, leaves: own, maxLeaves: leaves(own + room) };
  const { signal, report } = options;
  const { columns } = await placeColumns(
    context,
    {
      plan,
      shards: new Map(lost.map(({ shard, attempt }) => [shard, attempt])),
      intended: [],
      excluded: new Set(holders),
      maxEnd: period(now + options.periods + 1),
      until: period(now + Math.max(2, options.margin ?? 2) + 1),
      maxPrice: options.maxPrice,
      maxEgressPrice: options.maxEgressPrice,
      reads: options.reads,
      confirm: options.confirm,
    },
    {
      object: object.id,
      k,
      n,
      lengths: slabs.map(({ length }) => length),
      plaintext: (slab, either) => fetchSlab(context, sources, slab, failures, either),
      onSlab: async (placed) => {
        const whole = slabs.filter((_, slab) => placed.every((column) => column.placed.has(slab)));
        report?.({ kind: 'uploaded', bytes: whole.reduce((sum, { length }) => sum + length, 0), total: bytes });
      },
    },
    failures,
    { ...(signal && { signal }), ...(report && { report }) },
  );
  await context.catalogue.putObject(movedPlacements(object, columns));
  return columns;
};

/**
 * Looks at every object's shards and makes those that are lost anew, from any k that are left, at providers that hold no other
 * shard of the object, under fresh keys. Challenges that nobody answered in time are made to expire first. An object counts as repaired once the chain holds the new revisions.
 */
export const repairObjects = async (context: RenterContext, options: RepairOptions): Promise<RepairResult> => {
  const { signal, report, margin = 2, threshold } = options;
  const failures = createFailureList(context, report);
  await adoptOpenings(context, await currentPeriod(context.settlement.agreed, signal), signal);
  await expireChallenges(context, chainDeals(await readDeals(context, signal)).values(), failures, signal);
  await reconcileDeals(context, chainDeals(await readDeals(context, signal)), failures, signal);
  const objects = await chosenObjects(context, options.objects);
  const health = await readHealth(context, objects, margin, signal);
  const outcomes: RepairOutcome[] = [];
  const purse = createPurse(options.maxEgress);
  let repairedShards = 0;
  const actions = decideRepair({ objects, health, threshold });
  for (const [index, action] of actions.entries()) {
    const later = actions.slice(index + 1).filter(({ kind }) => kind === 'move');
    const columns = action.kind === 'move' ? await moveColumns(context, action, later, options, failures, purse) : [];
    outcomes.push({ ...action, moved: new Map(columns.map(({ shard, provider }) => [shard, provider])) });
    const made = columns.length * (columns.length > 0 ? action.object.slabs.length : 0);
    context.metrics.add('holdfast_shards_repaired_total', made);
    repairedShards += made;
  }
  return { health, outcomes, repairedShards, egress: purse.spent, failures: failures.all };
};
