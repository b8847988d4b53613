import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { wholeSlab, type Band } from '../../core/data/band.js';
import { LEAF_BYTES, wei, type DealId, type Wei } from '../../core/units.js';
import type { SlabRecord } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { costOfReads, unfundedReads, type Column, type Estimate, type Group, type ReadCost } from './cost-reads.js';
import type { Egress, Till } from './egress.js';
import type { Purse } from './purse.js';

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

/** How the till of a deal's provider is reached. */
export type TillOf = (deal: DealId, signal?: AbortSignal) => Promise<Till>;

/** Estimates by what the tills say; as they were where one does not answer, or claims what nobody believes. */
const askTills = async (
  egress: Egress,
  estimates: ReadonlyMap<DealId, Estimate>,
  tillOf: TillOf,
  signal?: AbortSignal,
): Promise<ReadonlyMap<DealId, Estimate>> => {
  const exactly = async (deal: DealId, known: Estimate): Promise<Estimate> => {
    if (known.cost === 0n) return known;
    const asked = tillOf(deal, signal).then((till) => egress.estimate(deal, known.bytes, signal, till));
    return await asked.then((exact) => ({ ...known, ...exact })).catch(() => known);
  };
  const asked = await Promise.all([...estimates].map(async ([deal, known]) => [deal, await exactly(deal, known)] as const));
  signal?.throwIfAborted();
  return new Map(asked);
};

/**
 * What reading slabs costs, before anything is read: READS_UNFUNDED or EGRESS_ABOVE_LIMIT if no k shards of a slab can be paid. Before that is
 * said the tills are asked: what an interrupted read has paid for and not got counts.
 */
export const planReads = async (
  { egress }: Pick<RenterContext, 'egress'>,
  task: ReadTask,
  purse: Purse,
  signal?: AbortSignal,
  tillOf?: TillOf,
): Promise<ReadPlan> => {
  const groups = await groupSlabs(task);
  const found = [...bytesByDeal(groups)].map(
    async ([deal, bytes]) => [deal, { bytes, ...(await egress.estimate(deal, bytes, signal)) }] as const,
  );
  let estimates: ReadonlyMap<DealId, Estimate> = new Map(await Promise.all(found));
  let costed = costOfReads(groups, task.k, estimates);
  const isOver = ({ sum }: ReadCost): boolean => purse.limit !== undefined && purse.spent + sum > purse.limit;
  if (tillOf && (costed.short.size > 0 || isOver(costed))) {
    estimates = await askTills(egress, estimates, tillOf, signal);
    costed = costOfReads(groups, task.k, estimates);
  }
  if (costed.short.size > 0) throw unfundedReads(costed.short);
  if (purse.limit !== undefined && isOver(costed))
    throw new HoldfastError('EGRESS_ABOVE_LIMIT', { needed: wei(purse.spent + costed.sum), limit: purse.limit });
  return {
    costs: new Map([...estimates].map(([deal, { cost }]) => [deal, wei(cost)])),
    unpayable: new Set([...estimates].flatMap(([deal, { cost, available }]) => (cost > available ? [deal] : []))),
  };
};
