import type { Deal } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { redeemedBy } from '../../core/market/endings.js';
import { periodAt } from '../../core/market/schedule.js';
import type { Address, DealId, Period, Wei } from '../../core/units.js';
import type { BatchItem, Receipt } from '../../ports/settlement.js';
import { awaitCommits, type AwaitedCommit } from './await-commits.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { createFailureList } from '../failure-list.js';
import { sectorsByDeal } from './sectors-by-deal.js';
import { proposeRevision } from './propose-revision.js';
import type { ProviderFailure } from '../events.js';

/** A deal of this wallet. */
export interface DealSummary {
  readonly deal: Deal;
  /** Whether it is in this catalogue; another may have opened it. */
  readonly known: boolean;
  /** Sectors of this catalogue's objects in it. */
  readonly sectorsInUse: number;
}

/** All deals that the wallet opened, from the chain, oldest first. */
export const listDeals = async ({ settlement, catalogue }: RenterContext, { signal }: TaskOptions = {}): Promise<DealSummary[]> => {
  const ids = await settlement.dealIdsOf('renter', settlement.account, signal);
  const deals = await settlement.deals(ids, signal);
  const objects = [];
  for await (const object of catalogue.objects()) objects.push(object);
  const inUse = sectorsByDeal(objects);
  const found = deals.filter((deal) => deal !== undefined);
  return Promise.all(
    found.map(async (deal) => ({
      deal,
      known: (await catalogue.deal(deal.id)) !== undefined,
      sectorsInUse: inUse.get(deal.id)?.length ?? 0,
    })),
  );
};

const optionsOf = ({ signal }: TaskOptions): { signal?: AbortSignal } => (signal ? { signal } : {});

/** Ends the deal after the notice period, whatever the provider does (R4). */
export const leaveDeal = ({ settlement }: RenterContext, deal: DealId, task: TaskOptions = {}): Promise<Receipt> =>
  settlement.submit({ kind: 'leave', deal }, optionsOf(task));

/** Ends a deal that stores nothing and takes its escrow back: DEAL_NOT_EMPTY otherwise, TOO_EARLY_TO_CLOSE soon after it was emptied. */
export const cancelDeal = ({ settlement }: RenterContext, deal: DealId, task: TaskOptions = {}): Promise<Receipt> =>
  settlement.submit({ kind: 'cancel', deal }, optionsOf(task));

const submitItem = async ({ settlement }: RenterContext, item: BatchItem, task: TaskOptions): Promise<Receipt> => {
  const receipt = await settlement.submit({ kind: 'batch', items: [item] }, optionsOf(task));
  const [failed] = receipt.failed;
  if (failed) throw failed.error;
  return receipt;
};

/** Ends a deal from the second period after its last paid one on, or after its provider's default: escrow and collateral become credit. */
export const closeDeal = (context: RenterContext, deal: DealId, task: TaskOptions = {}): Promise<Receipt> =>
  submitItem(context, { kind: 'close', deal }, task);

/** Moves rent and compensation of the deal up to the last decided period. */
export const settleDeal = (context: RenterContext, deal: DealId, task: TaskOptions = {}): Promise<Receipt> =>
  submitItem(context, { kind: 'settle', deal }, task);

/** Takes credit, all of it by default, out of the market to `to`, by default this wallet. Undefined if there is none. */
export const withdrawCredit = async (
  { settlement }: RenterContext,
  { amount, to = settlement.account, ...task }: TaskOptions & { readonly amount?: Wei; readonly to?: Address } = {},
): Promise<Receipt | undefined> => {
  const wanted = amount ?? (await settlement.agreed.balances(settlement.account, task.signal)).credit;
  return wanted === 0n ? undefined : settlement.submit({ kind: 'withdraw', amount: wanted, to }, optionsOf(task));
};

export interface ReleaseResult {
  readonly released: readonly { readonly deal: DealId; readonly receipt: Receipt }[];
  /** Deals that store nothing any more, and cannot be cancelled before period `from`: until then their providers redeem vouchers. */
  readonly emptied: readonly { readonly deal: DealId; readonly from: Period }[];
  readonly failures: readonly ProviderFailure[];
}

const clearDeal = async (context: RenterContext, deal: Deal, task: TaskOptions): Promise<AwaitedCommit | undefined> => {
  const signed = await proposeRevision(context, deal.id, { append: [], clear: true }, task.signal);
  if (!signed || signed.revision.number <= deal.number) return undefined;
  task.report?.({ kind: 'signed', deal: deal.id, provider: deal.provider, number: signed.revision.number });
  return { deal: deal.id, number: signed.revision.number, validUntil: signed.revision.validUntil };
};

/** Cancels those of `ids` that may be cancelled now. */
const cancelDue = async (context: RenterContext, ids: readonly DealId[], task: TaskOptions): Promise<Omit<ReleaseResult, 'failures'>> => {
  const { agreed } = context.settlement;
  const [head, deals] = await Promise.all([agreed.head(task.signal), agreed.deals(ids, task.signal)]);
  const now = periodAt(head.block, agreed.genesisBlock, agreed.parameters.periodBlocks);
  const released: { deal: DealId; receipt: Receipt }[] = [];
  const emptied: { deal: DealId; from: Period }[] = [];
  for (const deal of deals) {
    if (deal === undefined) continue;
    const from = redeemedBy(deal);
    if (now < from) emptied.push({ deal: deal.id, from });
    else released.push({ deal: deal.id, receipt: await cancelDeal(context, deal.id, task) });
  }
  return { released, emptied };
};

/**
 * Ends deals early by agreement: a co-signed revision without leaves and, a whole period after the chain holds it, a cancel that pays
 * the unspent escrow back; called again then, it finishes. What they store is given up. Providers that do not agree are named; those
 * deals can be left with notice.
 */
export const releaseDeals = async (context: RenterContext, ids: readonly DealId[], task: TaskOptions = {}): Promise<ReleaseResult> => {
  const { settlement } = context;
  const failures = createFailureList(context, task.report);
  const deals = (await settlement.agreed.deals(ids, task.signal)).map((deal, index) => {
    if (!deal) throw new HoldfastError('DEAL_UNKNOWN', { deal: ids[index] ?? '' });
    return deal;
  });
  const commits = await Promise.all(
    deals.map(async (deal) => {
      try {
        return await clearDeal(context, deal, task);
      } catch (error) {
        task.signal?.throwIfAborted();
        failures.add(deal.provider, error);
        return undefined;
      }
    }),
  );
  const lost = await awaitCommits(
    context,
    commits.filter((commit) => commit !== undefined),
    task,
  );
  for (const { id, provider } of deals) if (lost.has(id)) failures.add(provider, lost.get(id));
  const agreed = deals.filter(({ provider }) => !failures.has(provider)).map(({ id }) => id);
  return { ...(await cancelDue(context, agreed, task)), failures: failures.all };
};
