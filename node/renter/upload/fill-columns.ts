import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Address, DealId, Period } from '../../core/units.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { readDeals, type KnownDeal } from '../deals/deal-book.js';
import type { Answers } from '../homes/ask-homes.js';
import { partOf } from '../homes/deals-with-room.js';
import { findHomes, occupy, type HomesWanted } from '../homes/find-homes.js';
import { quotedAnew } from '../homes/risen-asks.js';
import { quoteOf, type Quote, type QuotePart, type SpacePlan } from '../homes/quote.js';
import type { Agreement } from './agreement.js';
import type { Column } from './columns.js';

/** Which shards of an object need a place, and on what terms: the same for all its steps. */
export interface HomesTerms extends Omit<HomesWanted, 'plan' | 'count'> {
  /** Shard indices with the attempt that their keys are made with. */
  readonly shards: ReadonlyMap<number, number>;
  readonly agreement: Agreement;
  /** Who failed and who declined, in all steps. */
  readonly answers: Answers;
}

/** BALANCE_TOO_SMALL if the wallet has less than all steps take, as far as is known. */
const requireFunds = async ({ settlement }: RenterContext, { escrow, laterEscrow }: Quote, signal?: AbortSignal): Promise<void> => {
  if (laterEscrow === 0n) return;
  const { account } = settlement;
  const { token } = await settlement.agreed.balances(account, signal);
  if (token < escrow + laterEscrow) throw new HoldfastError('BALANCE_TOO_SMALL', { account, balance: token, needed: escrow + laterEscrow });
};

interface Found {
  readonly parts: readonly QuotePart[];
  readonly known: readonly KnownDeal[];
  readonly now: Period;
}

const findOpen = async (
  context: RenterContext,
  terms: HomesTerms,
  plan: SpacePlan,
  columns: readonly Column[],
  task: TaskOptions,
): Promise<Found> => {
  const now = await currentPeriod(context.settlement.agreed, task.signal);
  const known = await readDeals(context, task.signal);
  const excluded = new Set<Address>([...terms.excluded, ...columns.map(({ provider }) => provider)]);
  const wanted = { ...terms, plan, excluded, count: terms.shards.size - columns.length };
  const open = known.filter(({ deal }) => !terms.answers.failures.fullDeals.has(deal.id));
  return { parts: await findHomes(context, open, wanted, now, terms.answers, task), known, now };
};

const fill = async (
  context: RenterContext,
  terms: HomesTerms,
  plan: SpacePlan,
  columns: readonly Column[],
  { replaces, ...task }: TaskOptions & { readonly replaces: boolean },
): Promise<readonly Column[]> => {
  const open = [...terms.shards].filter(([shard]) => !columns.some((column) => column.shard === shard));
  if (open.length === 0 && terms.agreement.quote) return columns;
  const { parts, known, now } = await findOpen(context, terms, plan, columns, task);
  const own = new Map<DealId, KnownDeal>(known.map((one) => [one.deal.id, one]));
  const kept = columns.flatMap(({ deal }) => own.get(deal) ?? []).map(partOf);
  const quote = quoteOf(plan, [...kept, ...parts], now, context.settlement.parameters, context.blockMilliseconds, terms.reads);
  if (!terms.agreement.quote) await requireFunds(context, quote, task.signal);
  await terms.agreement.settle(quote, replaces);
  const deals = await occupy(context, parts, task);
  const homes = parts.map(({ provider }, index) => ({ provider, deal: deals[index] as DealId }));
  // Whoever was interrupted before a shard was recorded sends it to the same deal again, where its provider has it already.
  const inOrder = homes.toSorted((a, b) => (a.deal < b.deal ? -1 : 1));
  const fresh = open.map(([shard, attempt], index): Column => ({ shard, attempt, ...(inOrder[index] as (typeof homes)[number]) }));
  return [...columns, ...fresh].sort((a, b) => a.shard - b.shard);
};

/**
 * The stage that gives the shards of a step their columns: finds deals with room or opens some, at providers that have no other column of it.
 * Before anything is paid, the agreement is settled: `replaces` says that something was paid for this step before. Where an ask rises after that,
 * it is all quoted again.
 */
export const fillColumns: typeof fill = (context, terms, plan, columns, { replaces, ...task }) =>
  quotedAnew((isAnew) => fill(context, terms, plan, columns, { ...task, replaces: replaces || isAnew }));
