import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { LEAF_BYTES, wei, type DealId, type Wei } from '../../core/units.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { Purse } from './egress.js';

/** What reading one shard of all slabs takes. */
interface Column {
  readonly shard: number;
  readonly deal: DealId;
  readonly cost: bigint;
  readonly available: bigint;
}

export interface ReadPlan {
  /** Token wei that reading all shards in a deal costs. */
  readonly costs: ReadonlyMap<DealId, Wei>;
  /** Shards whose deals have too little escrow. */
  readonly unpayable: ReadonlySet<number>;
}

const bytesByColumn = (object: ObjectRecord): Map<number, { deal: DealId; bytes: number }> => {
  const columns = new Map<number, { deal: DealId; bytes: number }>();
  for (const { shard, deal, sector } of object.slabs.flatMap(({ shards }) => shards))
    columns.set(shard, { deal, bytes: (columns.get(shard)?.bytes ?? 0) + sector.leaves * LEAF_BYTES });
  return columns;
};

const byCost = (a: Column, b: Column): number => (a.cost === b.cost ? a.shard - b.shard : a.cost < b.cost ? -1 : 1);

/** Whether k of the columns can be paid: EGRESS_UNFUNDED names the cheapest one that a deposit would bring in. */
const requirePayable = (columns: readonly Column[], k: number, purse: Purse): void => {
  const payable = columns.filter(({ cost, available }) => cost <= available);
  const short = columns.find(({ cost, available }) => cost > available);
  if (payable.length < k && short) {
    const { deal, cost, available } = short;
    throw new HoldfastError('EGRESS_UNFUNDED', { deal, needed: cost, available, missing: cost - available });
  }
  const needed = wei(payable.slice(0, k).reduce((sum, { cost }) => sum + cost, 0n));
  if (purse.limit !== undefined && purse.spent + needed > purse.limit)
    throw new HoldfastError('EGRESS_ABOVE_LIMIT', { needed: wei(purse.spent + needed), limit: purse.limit });
};

/** What reading an object costs, before anything is read: EGRESS_UNFUNDED or EGRESS_ABOVE_LIMIT if no k shards can be paid. */
export const planReads = async (
  { egress }: Pick<RenterContext, 'egress'>,
  object: ObjectRecord,
  purse: Purse,
  without: ReadonlySet<number>,
  signal?: AbortSignal,
): Promise<ReadPlan> => {
  const wanted = [...bytesByColumn(object)].filter(([shard]) => !without.has(shard));
  const columns = await Promise.all(
    wanted.map(async ([shard, { deal, bytes }]): Promise<Column> => ({ shard, deal, ...(await egress.estimate(deal, bytes, signal)) })),
  );
  columns.sort(byCost);
  requirePayable(columns, object.k, purse);
  return {
    costs: new Map(columns.map(({ deal, cost }) => [deal, wei(cost)])),
    unpayable: new Set(columns.filter(({ cost, available }) => cost > available).map(({ shard }) => shard)),
  };
};
