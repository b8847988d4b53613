import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { DealId } from '../../core/units.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { awaitCommits, type AwaitedCommit } from '../deals/await-commits.js';
import type { KnownDeal } from '../deals/deal-book.js';
import { proposeRevision } from '../deals/propose-revision.js';
import type { FailureList } from '../failure-list.js';
import { shardIn, type Column } from './columns.js';
import { isNamed } from './held-before.js';
import type { PlacedSlab } from './slabs.js';

/** A column whose shards a revision names that both signed; what is awaited of the chain, if anything is. */
export interface SignedColumn {
  readonly column: Column;
  readonly commit: AwaitedCommit | undefined;
}

/** Whether the newest revision that both signed names all of the slabs' shards in the column. */
const namesAll = async (context: RenterContext, column: Column, slabs: Iterable<PlacedSlab>): Promise<boolean> => {
  for (const { shards } of slabs) {
    const shard = shardIn(column, shards);
    if (!shard || !(await isNamed(context, shard))) return false;
  }
  return true;
};

/** Whether the chain holds the revision that names the shards: so it is with steps that were finished before an interruption. */
const isCommitted = async (
  context: RenterContext,
  column: Column,
  slabs: Iterable<PlacedSlab>,
  known: ReadonlyMap<DealId, KnownDeal>,
): Promise<boolean> => {
  const record = await context.catalogue.deal(column.deal);
  const number = record?.current?.revision.number;
  if (number === undefined || (known.get(column.deal)?.deal.number ?? 0n) < number) return false;
  return namesAll(context, column, slabs);
};

const sign = async (context: RenterContext, column: Column, append: readonly SectorRef[], task: TaskOptions) => {
  const signed = await proposeRevision(context, column.deal, { append }, task.signal);
  if (!signed) return undefined;
  const { number, validUntil } = signed.revision;
  task.report?.({ kind: 'signed', deal: column.deal, provider: column.provider, number });
  return { deal: column.deal, number, validUntil };
};

/** One revision for each column, all at once. Whose provider does not sign is recorded and left out. */
export const signColumns = async (
  context: RenterContext,
  columns: readonly Column[],
  slabs: ReadonlyMap<number, PlacedSlab>,
  known: ReadonlyMap<DealId, KnownDeal>,
  failures: FailureList,
  task: TaskOptions,
): Promise<readonly SignedColumn[]> => {
  const inOrder = [...slabs.values()].sort((a, b) => a.slab.index - b.slab.index);
  const signing = columns.map(async (column): Promise<SignedColumn[]> => {
    if (await isCommitted(context, column, inOrder, known)) return [{ column, commit: undefined }];
    const append = inOrder.flatMap(({ shards }) => shardIn(column, shards)?.sector ?? []);
    try {
      return [{ column, commit: await sign(context, column, append, task) }];
    } catch (error) {
      task.signal?.throwIfAborted();
      context.links.drop(column.provider);
      failures.add(column.provider, error);
      return [];
    }
  });
  return (await Promise.all(signing)).flat();
};

/**
 * The columns whose revisions the chain holds, once it does or their providers failed, which is recorded. A number alone says too little: where a
 * provider forgot what ran out unposted, another revision may have come in its place that names none of it.
 */
export const awaitColumns = async (
  context: RenterContext,
  signed: readonly SignedColumn[],
  slabs: ReadonlyMap<number, PlacedSlab>,
  failures: FailureList,
  task: TaskOptions,
): Promise<readonly Column[]> => {
  const commits = signed.map(({ commit }) => commit).filter((commit) => commit !== undefined);
  const lost = new Map(await awaitCommits(context, commits, task));
  for (const { column, commit } of signed) {
    const { deal, provider } = column;
    if (commit && !lost.has(deal) && !(await namesAll(context, column, slabs.values())))
      lost.set(deal, new HoldfastError('COMMIT_MISSING', { deal, number: commit.number }));
    if (lost.has(deal)) failures.add(provider, lost.get(deal));
  }
  return signed.map(({ column }) => column).filter(({ deal }) => !lost.has(deal));
};
