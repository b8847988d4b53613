import { shardBytes } from '../../core/data/slab.js';
import { LEAF_BYTES, leaves, period, type Address, type DealId, type Leaves } from '../../core/units.js';
import type { ShardPlacement, SlabRecord, StoredObject } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { currentPeriod } from '../current-period.js';
import type { Purse } from '../download/egress.js';
import { fetchSlab, sourcesOf } from '../download/fetch-slab.js';
import type { FailureList } from '../failure-list.js';
import { leavesPerProvider } from '../homes/quote.js';
import type { Column } from '../upload/columns.js';
import { placeColumns } from '../upload/place-columns.js';
import type { LostShard } from './decide-repair.js';
import type { SlabRun } from './plan-repair.js';
import type { RepairOptions } from './repair-options.js';

/** What the moves of one repair share. */
export interface Moving {
  readonly options: RepairOptions;
  readonly purse: Purse;
  readonly failures: FailureList;
}

/** Whoever holds a shard that stays gets no second one, and whoever lost one no other; a deal that ends may be followed by another. */
const holdersOf = async (
  { catalogue }: RenterContext,
  [slab]: readonly SlabRecord[],
  lost: readonly LostShard[],
): Promise<ReadonlySet<Address>> => {
  const ending = new Set(lost.filter(({ readable }) => readable).map(({ shard }) => shard));
  const holders = new Set<Address>();
  for (const { shard, deal } of slab?.shards ?? []) {
    const record = ending.has(shard) ? undefined : await catalogue.deal(deal);
    if (record) holders.add(record.provider);
  }
  return holders;
};

const movedSlab = (index: number, slab: SlabRecord, columns: readonly Column[]): SlabRecord => ({
  ...slab,
  shards: slab.shards.map((old): ShardPlacement => {
    const column = columns.find(({ shard }) => shard === old.shard);
    const sector = column?.placed.get(index);
    return column && sector ? { shard: old.shard, deal: column.deal, sector, attempt: column.attempt } : old;
  }),
});

const leavesOf = (slabs: readonly SlabRecord[], k: number): Leaves =>
  leaves(slabs.reduce((sum, { length }) => sum + shardBytes(length, k) / LEAF_BYTES, 0));

/**
 * Makes the lost shards of a run of slabs anew and places them, with room in new deals for `later` leaves more; resolves once the chain holds
 * them and the catalogue says so.
 */
export const moveSlabs = async (
  context: RenterContext,
  object: StoredObject,
  { slabs, lost }: SlabRun,
  later: number,
  { options, purse, failures }: Moving,
): Promise<readonly Column[]> => {
  const { id, k, n } = object;
  const records = [...slabs.values()];
  const { signal, report } = options;
  const now = await currentPeriod(context.settlement.agreed, signal);
  const without = new Set(lost.filter(({ readable }) => !readable).map(({ deal }): DealId => deal));
  const sources = await sourcesOf(context, object, records, { purse, without, signal });
  const own = leavesOf(records, k);
  const room = options.room === undefined ? later : leavesPerProvider(options.room, k);
  const total = records.reduce((sum, { length }) => sum + length, 0);
  const { columns } = await placeColumns(
    context,
    {
      plan: { bytes: total, k, n, leaves: own, maxLeaves: leaves(own + room) },
      shards: new Map(lost.map(({ shard, attempt }) => [shard, attempt])),
      intended: [],
      excluded: await holdersOf(context, records, lost),
      maxEnd: period(now + options.periods + 1),
      until: period(now + Math.max(2, options.margin ?? 2) + 1),
      maxPrice: options.maxPrice,
      maxEgressPrice: options.maxEgressPrice,
      reads: options.reads,
      confirm: options.confirm,
    },
    {
      object: id,
      k,
      n,
      lengths: new Map([...slabs].map(([index, { length }]) => [index, length])),
      plaintext: (index, either) => fetchSlab(context, sources, [index, slabs.get(index) as SlabRecord], failures, either),
      onSlab: async (placed) => {
        const whole = [...slabs].filter(([index]) => placed.every((column) => column.placed.has(index)));
        report?.({ kind: 'uploaded', bytes: whole.reduce((sum, [, { length }]) => sum + length, 0), total });
      },
    },
    failures,
    { ...(signal && { signal }), ...(report && { report }) },
  );
  const moved = new Map([...slabs].map(([index, slab]) => [index, movedSlab(index, slab, columns)]));
  await context.catalogue.putObject(object, moved);
  return columns;
};
