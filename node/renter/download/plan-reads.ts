import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { wholeSlab, type Band } from '../../core/data/band.js';
import { LEAF_BYTES, wei, type DealId, type Wei } from '../../core/units.js';
import type { SlabRecord } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { Purse } from './egress.js';

/** A slab to be read, all of it or the leaves of some bands. */
export interface ReadSlab extends Pick<SlabRecord, 'length' | 'shards'> {
  readonly bands?: readonly Band[];
}

/** What is to be read. */
export interface ReadTask {
  /** Shards that each slab takes. */
  readonly k: number;
  readonly slabs: Iterable<ReadSlab> | AsyncIterable<ReadSlab>;
  /** Deals not to be read from. */
  readonly without: ReadonlySet<DealId>;
}

export interface ReadPlan {
  /** Token wei that reading all that is wanted of the shards in a deal costs, of every deal that may be read from. */
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

/** Slabs, or bands of them, of which the same is wanted, and whose shards lie in the same deals. */
interface Group {
  /** The columns that are enough, where each is there. */
  readonly wanted: readonly number[];
  readonly columns: readonly Column[];
}

interface Estimate {
  readonly bytes: number;
  readonly cost: bigint;
  readonly available: bigint;
}

/** The slabs in groups: few, however many slabs there are. */
const groupSlabs = async ({ k, slabs, without }: ReadTask): Promise<readonly Group[]> => {
  const groups = new Map<string, Group>();
  for await (const { shards, length, bands = [wholeSlab(length, k)] } of slabs) {
    const readable = shards.filter(({ deal }) => !without.has(deal));
    const places = readable.map(({ shard, deal }) => `${shard} ${deal}`).join();
    for (const { count, wanted } of bands) {
      const key = `${wanted.join()} ${places}`;
      const group = groups.get(key) ?? { wanted, columns: readable.map(({ shard, deal }): Column => ({ shard, deal, bytes: 0 })) };
      for (const column of group.columns) column.bytes += count * LEAF_BYTES;
      groups.set(key, group);
    }
  }
  return [...groups.values()];
};

const bytesByDeal = (groups: readonly Group[]): ReadonlyMap<DealId, number> => {
  const bytes = new Map<DealId, number>();
  for (const { deal, bytes: more } of groups.flatMap(({ columns }) => columns)) bytes.set(deal, (bytes.get(deal) ?? 0) + more);
  return bytes;
};

/**
 * What a group costs, token wei: its wanted columns where they are fewer than k and can all be paid, or else the k cheapest together.
 * EGRESS_UNFUNDED names the cheapest one that a deposit would bring in.
 */
const costOfGroup = (group: Group, k: number, estimates: ReadonlyMap<DealId, Estimate>): bigint => {
  const columns = group.columns
    .map(({ shard, deal, bytes }) => {
      const all = estimates.get(deal) as Estimate;
      const share = (all.cost * BigInt(bytes) + BigInt(all.bytes) - 1n) / BigInt(all.bytes);
      return { shard, deal, share, ...all };
    })
    .sort((a, b) => (a.share === b.share ? a.shard - b.shard : a.share < b.share ? -1 : 1));
  const payable = columns.filter(({ cost, available }) => cost <= available);
  const own = payable.filter(({ shard }) => group.wanted.includes(shard));
  if (group.wanted.length < k && own.length === group.wanted.length) return own.reduce((sum, { share }) => sum + share, 0n);
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
