import { asError } from '../../core/errors/coded.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { inFlight } from '../../core/tasks/in-flight.js';
import { wei, type DealId, type Period, type Wei } from '../../core/units.js';
import { createFailureList } from '../failure-list.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { awaitCommits } from '../deals/await-commits.js';
import type { AwaitedCommit } from '../deals/decide-commit.js';
import { readDeals, type KnownDeal } from '../deals/deal-book.js';
import { proposeRevision } from '../deals/propose-revision.js';
import { decideRenewal, type Renewal, type RenewalPlan, type RenewalTerms, type UnrenewedDeal } from './decide-renewal.js';
import { actsAsRenter } from '../deals/require-wallet.js';
import { boundedNow } from './bounded-now.js';
import { createBudget } from './budget.js';
import { finishPayments, paidElsewhere, payIn } from './payments.js';

export interface RenewOptions extends TaskOptions, Omit<RenewalTerms, 'budget'> {
  /** Most token wei to be paid in within 30 days; without, what the wallet has. */
  readonly budget?: Wei | undefined;
  /** These alone, and whenever they end. */
  readonly only?: readonly DealId[] | undefined;
  /** Decides, and does nothing. */
  readonly dryRun?: boolean | undefined;
}

/** A deal that should have been renewed and was not, and why. */
export interface FailedRenewal extends Renewal {
  readonly error: Error;
}

export interface RenewResult {
  /** False of a dry run. */
  readonly performed: boolean;
  /** The chain holds that they last longer; of a dry run, those that would be made to. */
  readonly renewed: readonly Renewal[];
  readonly unrenewed: readonly UnrenewedDeal[];
  readonly failed: readonly FailedRenewal[];
  /** When it was decided, milliseconds since 1970, in which period, and how long one lasts as the chain's blocks come. */
  readonly at: number;
  readonly now: Period;
  readonly periodMilliseconds: number;
}

/** Renewals carried out at once. */
const AT_ONCE = 8;
/** Heads for which a provider may still look at the chain of before the deposit. */
const HEADS = 5;

/** Deals that hold shards of this catalogue's objects. */
const usedDeals = async (context: RenterContext, only: readonly DealId[] | undefined, signal?: AbortSignal): Promise<KnownDeal[]> => {
  const used: KnownDeal[] = [];
  for (const known of await readDeals(context, signal)) {
    const wanted = only === undefined || only.includes(known.deal.id);
    if (wanted && (await context.catalogue.isUsed(known.deal.id))) used.push(known);
  }
  return used;
};

/** The provider has not seen yet what was paid in or allowed a block ago. */
const isEarly = (error: unknown): boolean =>
  isHoldfastError(error, 'PEER_REFUSED') && ['ESCROW_TOO_SMALL', 'OUT_OF_BOUNDS'].includes(error.data.code);

const signRenewal = async (context: RenterContext, { deal, end }: Renewal, signal: AbortSignal): Promise<AwaitedCommit | undefined> => {
  let heads = 0;
  for await (const _ of context.settlement.heads(signal)) {
    try {
      const signed = await proposeRevision(context, deal.id, { append: [], end }, signal);
      return signed && { deal: deal.id, number: signed.revision.number, validUntil: signed.revision.validUntil };
    } catch (error) {
      heads += 1;
      if (!isEarly(error) || heads >= HEADS) throw error;
    }
  }
  throw new HoldfastError('ABORTED', { what: 'waiting for the chain' });
};

/** Raises the bound and pays in, as far as that is needed: after this the provider can sign. */
const prepare = async (context: RenterContext, renewal: Renewal, signal: AbortSignal): Promise<void> => {
  const { settlement } = context;
  const { deal, end, deposit, raises } = renewal;
  const { id, maxLeaves, maxEgress } = deal;
  if (raises) await settlement.submit({ kind: 'setBounds', deal: id, maxEnd: end, maxLeaves, maxEgress }, { signal });
  if (deposit > 0n) await payIn(context, { deal: id, from: deal.end, amount: deposit, at: await boundedNow(context, signal) }, signal);
};

/** BALANCE_TOO_SMALL, or the vault may take what all renewals pay in. */
const allow = async ({ settlement }: RenterContext, renewals: readonly Renewal[], signal?: AbortSignal): Promise<void> => {
  const needed = wei(renewals.reduce((sum, { deposit }) => sum + deposit, 0n));
  if (needed === 0n) return;
  const { account, agreed } = settlement;
  const { token, allowance } = await agreed.balances(account, signal);
  if (token < needed) throw new HoldfastError('BALANCE_TOO_SMALL', { account, balance: token, needed });
  if (allowance < needed) await settlement.submit({ kind: 'approve', amount: needed }, signal ? { signal } : {});
};

/** Carries renewals out, each for itself; resolves once the chain holds them. */
const renew = async (
  context: RenterContext,
  renewals: readonly Renewal[],
  task: TaskOptions,
): Promise<Pick<RenewResult, 'renewed' | 'failed'>> => {
  await allow(context, renewals, task.signal);
  const commits = new Map<DealId, AwaitedCommit>();
  const failed = new Map<DealId, Error>();
  await inFlight(renewals, AT_ONCE, task.signal, async (renewal, signal) => {
    const { id, provider } = renewal.deal;
    try {
      await prepare(context, renewal, signal);
      const commit = await signRenewal(context, renewal, signal);
      if (commit) commits.set(id, commit);
    } catch (error) {
      signal.throwIfAborted();
      context.links.drop(provider);
      failed.set(id, asError(error));
    }
  });
  for (const [id, error] of await awaitCommits(context, [...commits.values()], task)) failed.set(id, error);
  const renewed = renewals.filter(({ deal }) => !failed.has(deal.id));
  for (const { deal, end, deposit } of renewed) task.report?.({ kind: 'renewed', deal: deal.id, provider: deal.provider, end, deposit });
  return {
    renewed,
    failed: renewals.flatMap((renewal) => {
      const error = failed.get(renewal.deal.id);
      return error === undefined ? [] : [{ ...renewal, error }];
    }),
  };
};

/** What may be paid in now: what the budget has left, and no more than a purse has; without a budget, what there is. */
const budgetOf = async (context: RenterContext, { budget, signal }: RenewOptions): Promise<Wei> => {
  const { agreed, account } = context.settlement;
  const left = await createBudget(context, budget).left();
  if (left !== undefined && actsAsRenter(context)) return left;
  const { token } = await agreed.balances(account, signal);
  return left === undefined || token < left ? token : left;
};

/** What is renewed now or, of the deals that end within `horizon` periods, in its time; and what cannot be. */
export const planRenewal = async (
  context: RenterContext,
  options: Omit<RenewOptions, 'dryRun'> & { readonly horizon?: number },
): Promise<RenewalPlan & Pick<RenewResult, 'now'>> => {
  const { signal, periods, horizon, only } = options;
  const now = await currentPeriod(context.settlement.agreed, signal);
  const deals = await usedDeals(context, only, signal);
  const budget = await budgetOf(context, options);
  const ahead = only === undefined ? options.ahead : Number.MAX_SAFE_INTEGER;
  const elsewhere = await paidElsewhere(context);
  return { ...decideRenewal({ deals, now, ahead, periods, horizon, budget, elsewhere, mayRaise: actsAsRenter(context) }), now };
};

/**
 * Makes the deals last longer that hold what is stored and end soon: pays their rent in, has their providers sign a revision with a later end, and
 * resolves once the chain holds it. One deal's failure is no other's; called again, what was paid is not paid again. BALANCE_TOO_SMALL before
 * anything is paid.
 */
export const renewDeals = async (context: RenterContext, options: RenewOptions): Promise<RenewResult> => {
  const { signal, report, dryRun } = options;
  if (!dryRun) {
    await finishPayments(context, signal);
    await context.catchUp(createFailureList(context, report), signal);
  }
  const { renew: renewals, unrenewed, now } = await planRenewal(context, options);
  const periodMilliseconds = context.settlement.parameters.periodBlocks * context.blockMilliseconds;
  const common = { unrenewed, at: context.clock.now(), now, periodMilliseconds };
  if (dryRun) return { performed: false, renewed: renewals, failed: [], ...common };
  const done = await renew(context, renewals, { ...(signal && { signal }), ...(report && { report }) });
  return { performed: true, ...done, ...common };
};
