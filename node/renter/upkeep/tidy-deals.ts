import { asError } from '../../core/errors/coded.js';
import { wei, type DealId, type Wei } from '../../core/units.js';
import type { HalfDoneObject } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { bringInOrder } from '../deals/bring-in-order.js';
import { readDeals } from '../deals/deal-book.js';
import { momentAt } from '../deals/decide-posting.js';
import { withdrawCredit } from '../deals/deals.js';
import { cancelDeal } from '../deals/release.js';
import { actsAsRenter } from '../deals/require-wallet.js';
import { takeOutFreed, type ShrunkDeal, type UnshrunkDeal } from '../deals/take-out.js';
import { submitBatch } from '../deals/submit-batch.js';
import { createFailureList } from '../failure-list.js';
import type { ProviderFailure } from '../events.js';
import { abandonedPuts } from './abandoned-puts.js';
import { tellChanges } from './tell-changes.js';
import { decideTidying, type TidiableDeal } from './decide-tidying.js';

export interface TidyOptions extends TaskOptions {
  /** Credit of at least so many token wei goes to the wallet; without, it stays. */
  readonly withdrawFrom?: Wei | undefined;
  /** Decides, and does nothing. */
  readonly dryRun?: boolean | undefined;
}

/** What was brought in order; of a dry run, what would be. */
export interface TidyResult {
  /** False of a dry run. */
  readonly performed: boolean;
  /** Challenges that nobody answered in time, by deal. */
  readonly expired: readonly DealId[];
  readonly closed: readonly DealId[];
  readonly cancelled: readonly DealId[];
  /** Puts that were broken off and that nobody goes on with: they are not kept any more. */
  readonly forgotten: readonly HalfDoneObject[];
  /** Deals whose providers agreed to keep no more what was deleted or moved. */
  readonly shrunk: readonly ShrunkDeal[];
  /** Deals that keep that for now. */
  readonly unshrunk: readonly UnshrunkDeal[];
  /** Deals in which the catalogue says from now on what was deleted, renamed or moved since it last did. */
  readonly told: readonly DealId[];
  /** Deals whose revisions we posted, since their providers did not. */
  readonly posted: readonly DealId[];
  /** Token wei that became the wallet's own. */
  readonly withdrawn: Wei;
  readonly failures: readonly ProviderFailure[];
  /** What the chain refused, by deal: tried again in the next round. */
  readonly refused: ReadonlyMap<DealId, Error>;
}

const tidiable = async (context: RenterContext, signal?: AbortSignal): Promise<TidiableDeal[]> => {
  const deals: TidiableDeal[] = [];
  for (const known of await readDeals(context, signal)) deals.push({ ...known, used: await context.catalogue.isUsed(known.deal.id) });
  return deals;
};

/**
 * Brings deals in order: expires challenges that nobody answered, takes over what providers signed, forgets puts that nobody goes on with, has providers
 * agree to keep no more what nothing uses, posts what they did not, closes deals that are over, cancels those that stayed empty, and takes the credit out.
 */
export const tidyDeals = async (context: RenterContext, options: TidyOptions = {}): Promise<TidyResult> => {
  const { signal, report, withdrawFrom, dryRun } = options;
  const failures = createFailureList(context, report);
  const { agreed } = context.settlement;
  const moment = momentAt((await agreed.head(signal)).block, agreed);
  const { expired } = dryRun ? { expired: [] } : await bringInOrder(context, failures, signal);
  const forgotten = await abandonedPuts(context, signal);
  if (!dryRun) for (const { id } of forgotten) await context.catalogue.deleteObject(id);
  // What is being stored meanwhile has chosen its deals: none of them is made smaller, or ended.
  const isBusy = (): boolean => context.inHand.size > 0;
  const taking = { dryRun, ...(signal && { signal }), ...(report && { report }) };
  const { shrunk, left: unshrunk } = isBusy() ? { shrunk: [], left: [] } : await takeOutFreed(context, failures, taking);
  const inDeals = dryRun || isBusy() ? [] : await tellChanges(context, failures, taking);
  const decided = decideTidying({ deals: await tidiable(context, signal), ...moment });
  // Only the renter's own account may cancel.
  const plan = actsAsRenter(context) && !isBusy() ? decided : { ...decided, cancel: [] };
  const close = plan.close.map(({ id }) => id);
  const post = plan.post.map(({ revision }) => revision.deal);
  const told = {
    performed: dryRun !== true,
    expired,
    forgotten,
    shrunk,
    unshrunk,
    told: inDeals,
    withdrawn: wei(0n),
    failures: failures.all,
  };
  if (dryRun) return { ...told, closed: close, cancelled: plan.cancel.map(({ id }) => id), posted: post, refused: new Map() };

  const posts = plan.post.map((signed) => ({ kind: 'commit', signed }) as const);
  const closes = close.map((deal) => ({ kind: 'close', deal }) as const);
  const refused = new Map(await submitBatch(context, [...posts, ...closes], signal));
  for (const { id } of plan.cancel) {
    try {
      await cancelDeal(context, id, signal ? { signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      refused.set(id, asError(error));
    }
  }
  const done = (ids: readonly DealId[]): readonly DealId[] => ids.filter((id) => !refused.has(id));
  const withdrawn = await withdraw(context, withdrawFrom, signal);
  return { ...told, closed: done(close), cancelled: done(plan.cancel.map(({ id }) => id)), posted: done(post), withdrawn, refused };
};

const withdraw = async (context: RenterContext, from: Wei | undefined, signal?: AbortSignal): Promise<Wei> => {
  if (from === undefined) return wei(0n);
  const { settlement } = context;
  const { credit } = await settlement.agreed.balances(settlement.account, signal);
  if (credit === 0n || credit < from) return wei(0n);
  await withdrawCredit(context, { amount: credit, ...(signal && { signal }) });
  return credit;
};
