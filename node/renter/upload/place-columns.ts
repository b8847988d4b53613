import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { wei, type Address, type DealId, type Period, type Wei } from '../../core/units.js';
import type { Answers } from '../homes/ask-homes.js';
import { awaitCommits, type AwaitedCommit } from '../deals/await-commits.js';
import type { Column } from './columns.js';
import { currentPeriod } from '../current-period.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { readDeals } from '../deals/deal-book.js';
import type { FailureList } from '../failure-list.js';
import { findHomes, occupy } from '../homes/find-homes.js';
import { proposeRevision } from '../deals/propose-revision.js';
import { quoteOf, type Quote, type QuotePart, type SpacePlan } from '../homes/quote.js';
import { uploadColumns, type Upload } from './upload.js';

/** Which shards need a place, and on what terms. */
export interface Placing {
  readonly plan: SpacePlan;
  /** Shard indices with the attempt that their keys are made with. */
  readonly shards: ReadonlyMap<number, number>;
  /** Where an interrupted attempt meant shards to go: tried first. */
  readonly intended: readonly Omit<Column, 'placed'>[];
  readonly excluded: ReadonlySet<Address>;
  readonly maxEnd: Period;
  readonly until: Period;
  readonly maxPrice?: Wei | undefined;
  readonly maxEgressPrice?: Wei | undefined;
  readonly reads?: number | undefined;
  /** Asked before anything is paid. */
  readonly confirm?: ((quote: Quote) => Promise<boolean>) | undefined;
}

const signColumn = async (context: RenterContext, column: Column, task: TaskOptions): Promise<AwaitedCommit | undefined> => {
  const append: SectorRef[] = [...column.placed].sort(([a], [b]) => a - b).map(([, sector]) => sector);
  const signed = await proposeRevision(context, column.deal, { append }, task.signal);
  if (!signed) return undefined;
  const { number, validUntil } = signed.revision;
  task.report?.({ kind: 'signed', deal: column.deal, provider: column.provider, number });
  return { deal: column.deal, number, validUntil };
};

/** One revision for each column, all at once; then waits until the chain holds them. Failures are recorded. */
export const commitColumns = async (
  context: RenterContext,
  columns: readonly Column[],
  failures: FailureList,
  task: TaskOptions,
): Promise<void> => {
  const commits = await Promise.all(
    columns.map(async (column) => {
      try {
        return await signColumn(context, column, task);
      } catch (error) {
        task.signal?.throwIfAborted();
        context.links.drop(column.provider);
        failures.add(column.provider, error);
        return undefined;
      }
    }),
  );
  const lost = await awaitCommits(
    context,
    commits.filter((commit) => commit !== undefined),
    task,
  );
  for (const { deal, provider } of columns) if (lost.has(deal)) failures.add(provider, lost.get(deal));
};

const partOfColumn = (column: Column, deals: ReadonlyMap<DealId, QuotePart>): QuotePart[] => {
  const part = deals.get(column.deal);
  return part ? [part] : [];
};

/**
 * Puts shards at distinct providers and returns once the chain holds a revision for each: finds deals with room or opens some,
 * uploads, co-signs, waits. Whoever fails on the way is named in `failures` and replaced, as long as there are others.
 */
export const placeColumns = async (
  context: RenterContext,
  placing: Placing,
  upload: Omit<Upload, 'onSlab'> & { readonly onSlab: (columns: readonly Column[]) => Promise<void> },
  failures: FailureList,
  task: TaskOptions,
): Promise<{ readonly columns: readonly Column[]; readonly quote: Quote }> => {
  const { plan, shards } = placing;
  const quoted = new Map<DealId, QuotePart>();
  let columns: Column[] = placing.intended.map((column) => ({ ...column, placed: new Map<number, SectorRef>() }));
  const answers: Answers = { failures, declined: new Map() };
  let quote: Quote | undefined;

  const settle = async (): Promise<Quote> => {
    const now = await currentPeriod(context.settlement.agreed, task.signal);
    const open = [...shards].filter(([shard]) => !columns.some((column) => column.shard === shard));
    const known = await readDeals(context, task.signal);
    for (const { deal } of known) {
      const { provider, price, egressPrice, end, maxLeaves, maxEgress } = deal;
      quoted.set(deal.id, { provider, price, egressPrice, end, deal: deal.id, escrow: wei(0n), maxLeaves, maxEgress });
    }
    const excluded = new Set([...placing.excluded, ...columns.map(({ provider }) => provider)]);
    const parts = await findHomes(context, known, { ...placing, count: open.length, excluded }, now, answers, task);
    const all = [...columns.flatMap((column) => partOfColumn(column, quoted)), ...parts];
    const made = quoteOf(plan, all, now, context.settlement.parameters, context.blockMilliseconds);
    task.report?.({ kind: 'quoted', quote: made });
    const asks = quote === undefined || made.escrow > 0n;
    if (asks && placing.confirm && !(await placing.confirm(made))) throw new HoldfastError('QUOTE_DECLINED', { escrow: made.escrow });
    const deals = await occupy(context, parts, task);
    const fresh = open.map(([shard, attempt], index): Column => {
      const { provider } = parts[index] as QuotePart;
      return { shard, attempt, deal: deals[index] as DealId, provider, placed: new Map() };
    });
    columns = [...columns, ...fresh].sort((a, b) => a.shard - b.shard);
    return quote ?? made;
  };
  const dropFailed = (): boolean => {
    columns = columns.filter(({ provider }) => !failures.has(provider));
    return columns.length === shards.size;
  };

  for (;;) {
    dropFailed();
    quote = await settle();
    await uploadColumns(context, { ...upload, onSlab: () => upload.onSlab(columns) }, columns, failures, task.signal);
    if (!dropFailed()) continue;
    await upload.onSlab(columns);
    await commitColumns(context, columns, failures, task);
    if (dropFailed()) return { columns, quote };
  }
};
