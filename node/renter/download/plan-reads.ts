import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { shardBytes } from '../../core/data/slab.js';
import { wei, type DealId, type Wei } from '../../core/units.js';
import type { SlabRecord } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { Purse } from './egress.js';

/** What is to be read. */
export interface ReadTask {
  /** Shards that each slab takes. */
  readonly k: number;
  readonly slabs: Iterable<SlabRecord> | AsyncIterable<SlabRecord>;
  /** Deals not to be read from. */
  readonly without: ReadonlySet<DealId>;
}

export interface ReadPlan {
  /** Token wei that reading all the shards in a deal costs, of every deal that may be read from. */
  readonly costs: ReadonlyMap<DealId, Wei>;
  /** Deals that have too little escrow for that. */
  readonly unpayable: ReadonlySet<DealId>;
}

/** The shards of one index of slabs that lie in the same deals. */
interface Column {
  readonly shard: number;
  readonly deal: DealId;
  bytes: number;
}

interface Estimate {
  readonly bytes: number;
  readonly cost: bigint;
  readonly available: bigint;
}

/** The slabs in groups, each of slabs whose shards lie in the same deals: few, however many slabs there are. */
const groupSlabs = async ({ k, slabs, without }: ReadTask): Promise<readonly (readonly Column[])[]> => {
  const groups = new Map<string, readonly Column[]>();
  for await (const { shards, length } of slabs) {
    const readable = shards.filter(({ deal }) => !without.has(deal));
    const key = readable.map(({ shard, deal }) => `${shard} ${deal}`).join();
    const group = groups.get(key) ?? readable.map(({ shard, deal }): Column => ({ shard, deal, bytes: 0 }));
    for (const column of group) column.bytes += shardBytes(length, k);
    groups.set(key, group);
  }
  return [...groups.values()];
};

const bytesByDeal = (groups: readonly (readonly Column[])[]): ReadonlyMap<DealId, number> => {
  const bytes = new Map<DealId, number>();
  for (const column of groups.flat()) bytes.set(column.deal, (bytes.get(column.deal) ?? 0) + column.bytes);
  return bytes;
};

/** What the k cheapest columns of a group cost together, token wei; EGRESS_UNFUNDED names the cheapest one that a deposit would bring in. */
const costOfGroup = (group: readonly Column[], k: number, estimates: ReadonlyMap<DealId, Estimate>): bigint => {
  const columns = group
    .map(({ shard, deal, bytes }) => {
      const all = estimates.get(deal) as Estimate;
      const share = (all.cost * BigInt(bytes) + BigInt(all.bytes) - 1n) / BigInt(all.bytes);
      return { shard, deal, share, ...all };
    })
    .sort((a, b) => (a.share === b.share ? a.shard - b.shard : a.share < b.share ? -1 : 1));
  const payable = columns.filter(({ cost, available }) => cost <= available);
  const short = columns.find(({ cost, available }) => cost > available);
  if (payable.length < k && short) {
    const { deal, cost, available } = short;
    throw new HoldfastError('EGRESS_UNFUNDED', { deal, needed: wei(cost), available: wei(available), missing: wei(cost - available) });
  }
  return payable.slice(0, k).reduce((sum, { share }) => sum + share, 0n);
};

/** What reading slabs costs, before anything is read: EGRESS_UNFUNDED or EGRESS_ABOVE_LIMIT if no k shards of a slab can be paid. */
export const planReads = async (
  { egress }: Pick<RenterContext, 'egress'>,
  task: ReadTask,
  purse: Purse,
  signal?: AbortSignal,
): Promise<ReadPlan> => {
  const groups = await groupSlabs(task);
  const found = [...bytesByDeal(groups)].map(
    async ([deal, bytes]) => [deal, { bytes, ...(await egress.estimate(deal, bytes, signal)) }] as const,
  );
  const estimates = new Map<DealId, Estimate>(await Promise.all(found));
  const needed = groups.reduce((sum, group) => sum + costOfGroup(group, task.k, estimates), 0n);
  if (purse.limit !== undefined && purse.spent + needed > purse.limit)
    throw new HoldfastError('EGRESS_ABOVE_LIMIT', { needed: wei(purse.spent + needed), limit: purse.limit });
  return {
    costs: new Map([...estimates].map(([deal, { cost }]) => [deal, wei(cost)])),
    unpayable: new Set([...estimates].flatMap(([deal, { cost, available }]) => (cost > available ? [deal] : []))),
  };
};
