import type { Deal } from '../../core/market/deal.js';
import { redeemedBy } from '../../core/market/endings.js';
import { asError } from '../../core/errors/coded.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { firstBlockOf, periodAt } from '../../core/market/schedule.js';
import { wei, type Address, type DealId, type Period, type Wei } from '../../core/units.js';
import type { Receipt } from '../../ports/settlement.js';
import { createFailureList } from '../failure-list.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { awaitCommits } from './await-commits.js';
import type { AwaitedCommit } from './decide-commit.js';
import { proposeRevision } from './propose-revision.js';

/** A deal that was not ended, and why. */
export interface ReleaseFailure {
  readonly deal: DealId;
  /** Undefined for an id that no deal has. */
  readonly provider: Address | undefined;
  readonly error: Error;
  /** Whether this wallet may leave it with notice instead, which needs no consent. */
  readonly canLeave: boolean;
}

export interface ReleaseResult {
  /** Deals that are closed now; `refund` token wei of escrow became credit. */
  readonly released: readonly { readonly deal: DealId; readonly receipt: Receipt; readonly refund: Wei }[];
  /**
   * Deals that store nothing any more, and cannot be cancelled before period `from`, about `milliseconds` from now: until then their
   * providers redeem vouchers.
   */
  readonly emptied: readonly { readonly deal: DealId; readonly from: Period; readonly milliseconds: number }[];
  readonly failures: readonly ReleaseFailure[];
  /** The present period. */
  readonly period: Period;
}

/** Why a deal cannot be ended by agreement, whatever its provider says; undefined if it can. */
export const checkRelease = (
  deal: Pick<Deal, 'id' | 'renter' | 'status' | 'defaulted' | 'leaves' | 'challenged'>,
  account: Address,
): HoldfastError | undefined => {
  if (deal.renter !== account) return new HoldfastError('NOT_PARTY', { deal: deal.id, caller: account });
  if (deal.status === 'closed') return new HoldfastError('DEAL_IS_CLOSED', { deal: deal.id });
  if (deal.defaulted !== undefined) return new HoldfastError('DEAL_DEFAULTED', { deal: deal.id });
  if (deal.leaves > 0 && deal.challenged) return new HoldfastError('DEAL_CHALLENGED', { deal: deal.id });
  return undefined;
};

const clearDeal = async (context: RenterContext, deal: Deal, task: TaskOptions): Promise<AwaitedCommit | undefined> => {
  const signed = await proposeRevision(context, deal.id, { append: [], clear: true }, task.signal);
  if (!signed || signed.revision.number <= deal.number) return undefined;
  task.report?.({ kind: 'signed', deal: deal.id, provider: deal.provider, number: signed.revision.number });
  return { deal: deal.id, number: signed.revision.number, validUntil: signed.revision.validUntil };
};

/** Has the providers of `deals`, which store something, agree to give it up; the chain holds that then. Those that do not are told to `failed`. */
const clearDeals = async (
  context: RenterContext,
  deals: readonly Deal[],
  task: TaskOptions,
  failed: (deal: Deal, error: unknown) => void,
): Promise<void> => {
  const commits = await Promise.all(
    deals.map(async (deal) => {
      try {
        return await clearDeal(context, deal, task);
      } catch (error) {
        task.signal?.throwIfAborted();
        failed(deal, error);
        return undefined;
      }
    }),
  );
  const awaited = commits.filter((commit) => commit !== undefined);
  const lost = await awaitCommits(context, awaited, task);
  for (const deal of deals) if (lost.has(deal.id)) failed(deal, lost.get(deal.id));
};

/** Ends a deal that stores nothing and takes its escrow back: DEAL_NOT_EMPTY otherwise, TOO_EARLY_TO_CLOSE soon after it was emptied. */
export const cancelDeal = ({ settlement }: RenterContext, deal: DealId, { signal }: TaskOptions = {}): Promise<Receipt> =>
  settlement.submit({ kind: 'cancel', deal }, signal ? { signal } : {});

const refundIn = ({ events }: Receipt): Wei => {
  const cancelled = events.find(({ name }) => name === 'DealCancelled');
  return wei((cancelled?.args['refund'] as bigint | undefined) ?? 0n);
};

/** Cancels those of `ids` that may be cancelled now. */
const cancelDue = async (
  context: RenterContext,
  ids: readonly DealId[],
  task: TaskOptions,
  failed: (deal: Deal, error: unknown) => void,
): Promise<Omit<ReleaseResult, 'failures'>> => {
  const { agreed } = context.settlement;
  const { genesisBlock, parameters } = agreed;
  const [{ block }, deals] = await Promise.all([agreed.head(task.signal), agreed.deals(ids, task.signal)]);
  const now = periodAt(block, genesisBlock, parameters.periodBlocks);
  const released: { deal: DealId; receipt: Receipt; refund: Wei }[] = [];
  const emptied: { deal: DealId; from: Period; milliseconds: number }[] = [];
  for (const deal of deals) {
    if (deal === undefined) continue;
    const from = redeemedBy(deal);
    if (now < from) {
      const blocks = firstBlockOf(from, genesisBlock, parameters.periodBlocks) - block;
      emptied.push({ deal: deal.id, from, milliseconds: blocks * context.blockMilliseconds });
      continue;
    }
    try {
      const receipt = await cancelDeal(context, deal.id, task);
      released.push({ deal: deal.id, receipt, refund: refundIn(receipt) });
    } catch (error) {
      task.signal?.throwIfAborted();
      failed(deal, error);
    }
  }
  return { released, emptied, period: now };
};

/**
 * Ends deals early by agreement: a co-signed revision without leaves and, a whole period after the chain holds it, a cancel that pays
 * the unspent escrow back; called again then, it finishes, with no provider and no catalogue. What they store is given up. One deal's
 * failure is no other's; ids named twice count once.
 */
export const releaseDeals = async (context: RenterContext, ids: readonly DealId[], task: TaskOptions = {}): Promise<ReleaseResult> => {
  const { agreed, account } = context.settlement;
  const failures = new Map<DealId, ReleaseFailure>();
  const providers = createFailureList(context, undefined);
  const wanted = [...new Set(ids)];
  const found = await agreed.deals(wanted, task.signal);
  const able: Deal[] = [];
  for (const [index, id] of wanted.entries()) {
    const deal = found[index];
    const error = deal ? checkRelease(deal, account) : new HoldfastError('DEAL_UNKNOWN', { deal: id });
    if (error) failures.set(id, { deal: id, provider: deal?.provider, error, canLeave: false });
    else if (deal) able.push(deal);
  }
  const fail = ({ id, provider }: Deal, cause: unknown, canLeave: boolean): void => {
    const error = asError(cause);
    failures.set(id, { deal: id, provider, error, canLeave });
  };
  const storing = able.filter(({ leaves }) => leaves > 0);
  await clearDeals(context, storing, task, (deal, error) => {
    providers.add(deal.provider, error);
    fail(deal, error, true);
  });
  const due = able.flatMap(({ id }) => (failures.has(id) ? [] : [id]));
  const ended = await cancelDue(context, due, task, (deal, error) => fail(deal, error, false));
  return { ...ended, failures: [...failures.values()] };
};
