import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { DealId } from '../../core/units.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { awaitCommits } from '../deals/await-commits.js';
import type { AwaitedCommit } from '../deals/decide-commit.js';
import type { KnownDeal } from '../deals/deal-book.js';
import type { WantedChange } from '../deals/decide-revision.js';
import { proposeRevision } from '../deals/propose-revision.js';
import type { FailureList } from '../failure-list.js';
import { landPages } from '../pages/land-pages.js';
import { makePages, type MadePage } from '../pages/make-pages.js';
import { namesEach, sendPageShards } from '../pages/send-shards.js';
import { shardIn, type Column } from './columns.js';
import { isNamed } from './held-before.js';
import type { PlacedSlab } from './slabs.js';

/** A column whose shards a revision names that both signed; what is awaited of the chain, if anything is. */
export interface SignedColumn {
  readonly column: Column;
  readonly commit: AwaitedCommit | undefined;
  /** Pages of the catalogue that the revision names a shard of. */
  readonly pages: readonly MadePage[];
}

/** What is signed for. */
export interface Signing {
  /** Shape of what is stored. */
  readonly shape: { readonly k: number; readonly n: number };
  /** Deals as they were before the first step. */
  readonly known: ReadonlyMap<DealId, KnownDeal>;
}

/** Whether the newest revision that both signed names all of the slabs' shards in the column. */
const namesAll = async (context: RenterContext, column: Column, slabs: Iterable<PlacedSlab>): Promise<boolean> => {
  for (const { shards } of slabs) {
    const shard = shardIn(column, shards);
    if (!shard || !(await isNamed(context, shard))) return false;
  }
  return true;
};

/**
 * Whether the chain held the newest revision that both signed before: so it is with steps that were finished before an interruption. Not as long as a
 * proposal was not answered, which may take out what is stored there again: its provider may post it still.
 */
const isCommitted = async ({ catalogue }: RenterContext, { deal }: Column, known: Signing['known']): Promise<boolean> => {
  const record = await catalogue.deal(deal);
  const number = record?.proposed === undefined ? record?.current?.revision.number : undefined;
  return number !== undefined && (known.get(deal)?.deal.number ?? 0n) >= number;
};

const sign = async (context: RenterContext, column: Column, wanted: WantedChange, task: TaskOptions) => {
  const signed = await proposeRevision(context, column.deal, wanted, task.signal);
  if (!signed) return undefined;
  const { number, validUntil } = signed.revision;
  task.report?.({ kind: 'signed', deal: column.deal, provider: column.provider, number });
  return { deal: column.deal, number, validUntil };
};

/** What a deal that has no room for a page beside what is stored says, or its provider, of more bytes: nothing was signed or recorded then. */
const isFull = (error: unknown): boolean =>
  isHoldfastError(error, 'OUT_OF_BOUNDS', 'ESCROW_TOO_SMALL', 'STAKE_TOO_SMALL', 'LOCK_LIMIT_PASSED') ||
  (isHoldfastError(error, 'PEER_REFUSED') && error.data.code === 'PENDING_FULL');

/** Signs for shards, and for those of pages where the deal has room for them: they never cost a shard its home. */
const signWithPages = async (
  context: RenterContext,
  column: Column,
  append: readonly SectorRef[],
  pages: readonly MadePage[],
  task: TaskOptions,
): Promise<SignedColumn> => {
  try {
    const sectors = await sendPageShards(context, column, pages, task.signal);
    const commit = await sign(context, column, { append, pages: sectors }, task);
    return { column, pages: (await namesEach(context, column.deal, sectors)) ? pages : [], commit };
  } catch (error) {
    if (pages.length === 0 || !isFull(error)) throw error;
  }
  return { column, pages: [], commit: await sign(context, column, { append }, task) };
};

/** A column with what the chain is to hold of it, and whether both have signed for that already. */
const lookAt = async (context: RenterContext, column: Column, slabs: Iterable<PlacedSlab>, { known }: Signing) => {
  const isSigned = await namesAll(context, column, slabs);
  return { column, isSigned, isHeld: isSigned && (await isCommitted(context, column, known)) };
};

/** Leaves that are free in each of the columns' deals at least, beside what is to be signed for; none where the catalogue is not kept in the deals. */
const roomIn = async (
  { catalogue, settlement, limits }: RenterContext,
  columns: readonly { readonly column: Column; readonly isSigned: boolean }[],
  slabs: readonly PlacedSlab[],
  signal?: AbortSignal,
): Promise<number> => {
  const open = limits.pageLeaves === 0 ? [] : columns.filter(({ isSigned }) => !isSigned).map(({ column }) => column);
  if (open.length === 0) return 0;
  const deals = await settlement.deals(
    open.map(({ deal }) => deal),
    signal,
  );
  const free = open.map(async (column, index): Promise<number> => {
    const { current, proposed } = (await catalogue.deal(column.deal)) ?? {};
    const placed = Math.max(current?.revision.leaves ?? 0, proposed?.revision.leaves ?? 0);
    const added = slabs.reduce((sum, { shards }) => sum + (shardIn(column, shards)?.sector.leaves ?? 0), 0);
    return (deals[index]?.maxLeaves ?? 0) - placed - added;
  });
  return Math.max(0, Math.min(...(await Promise.all(free))));
};

/**
 * One revision for each column, all at once: for the slabs' shards, and behind them for those of the catalogue's pages that tell of them. Whose
 * provider does not sign is recorded and left out.
 */
export const signColumns = async (
  context: RenterContext,
  columns: readonly Column[],
  slabs: ReadonlyMap<number, PlacedSlab>,
  signing: Signing,
  failures: FailureList,
  task: TaskOptions,
): Promise<readonly SignedColumn[]> => {
  const inOrder = [...slabs.values()].sort((a, b) => a.slab.index - b.slab.index);
  const looked = await Promise.all(columns.map((column) => lookAt(context, column, inOrder, signing)));
  const deals = looked.flatMap(({ column: { deal }, isSigned }) => (isSigned ? [] : [deal]));
  const room = await roomIn(context, looked, inOrder, task.signal);
  const pages = await makePages(context, { ...signing.shape, deals, room }, task.signal);
  const tasks = looked.map(async ({ column, isSigned, isHeld }): Promise<SignedColumn[]> => {
    if (isHeld) return [{ column, commit: undefined, pages: [] }];
    const append = inOrder.flatMap(({ shards }) => shardIn(column, shards)?.sector ?? []);
    try {
      return [await signWithPages(context, column, append, isSigned ? [] : pages, task)];
    } catch (error) {
      task.signal?.throwIfAborted();
      context.links.drop(column.provider);
      failures.add(column.provider, error);
      return [];
    }
  });
  return (await Promise.all(tasks)).flat();
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
  const held = signed.filter(({ column: { deal } }) => !lost.has(deal));
  await landPages(context, new Set(held.flatMap(({ pages }) => pages)), new Map(held.map(({ column, pages }) => [column.deal, pages])));
  return held.map(({ column }) => column);
};
