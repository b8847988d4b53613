import { anySignal } from '../../core/tasks/waiting.js';
import type { Deal } from '../../core/market/deal.js';
import { asError } from '../../core/errors/coded.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { DealId, Period } from '../../core/units.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { decideCommit, type AwaitedCommit } from './decide-commit.js';
import { isPostable, momentAt, type PostingMoment } from './decide-posting.js';
import { proposeRevision } from './propose-revision.js';
import { submitBatch } from './submit-batch.js';

interface Waiting extends AwaitedCommit {
  readonly attempt: number;
  /** The period in which we posted it last: a refusal costs gas once a period. */
  readonly postedIn?: Period;
}

/**
 * Posts the revision in its provider's stead, if the chain would take it now; undefined if not. Rejects if the provider does not answer: another
 * one is the better home, as long as the chain holds nothing.
 */
const postOwn = async (context: RenterContext, { deal: id, number }: AwaitedCommit, deal: Deal, now: Period, signal?: AbortSignal) => {
  const [record, sheet] = await Promise.all([context.catalogue.deal(id), context.settlement.agreed.provider(deal.provider, signal)]);
  const signed = record?.current;
  if (!sheet || signed?.revision.number !== number || !isPostable({ deal, sheet }, signed, now)) return undefined;
  await (await context.links.to(deal.provider, signal)).terms(signal);
  await submitBatch(context, [{ kind: 'commit', signed }], signal);
  return now;
};

/**
 * Waits until the chain holds each revision, or its provider failed: it missed its proofs, so that nobody could post, and so for the revision made
 * in its place, or the deal ended. What a provider signs and does not post we post. Returns the failures by deal.
 */
export const awaitCommits = async (
  context: RenterContext,
  commits: readonly AwaitedCommit[],
  { signal, report }: TaskOptions,
): Promise<ReadonlyMap<DealId, Error>> => {
  const { settlement, limits } = context;
  const failed = new Map<DealId, Error>();
  let waiting: Waiting[] = commits.map((commit) => ({ ...commit, attempt: 1 }));

  const step = async (commit: Waiting, deal: Deal | undefined, moment: PostingMoment): Promise<Waiting | undefined> => {
    const { now } = moment;
    const decision = decideCommit(commit, deal, moment);
    if (decision === 'wait') return commit;
    if (decision === 'post' && deal) {
      const postedIn = commit.postedIn === now ? now : await postOwn(context, commit, deal, now, signal);
      return { ...commit, ...(postedIn !== undefined && { postedIn }) };
    }
    if (decision === 'held' && deal) report?.({ kind: 'committed', deal: deal.id, provider: deal.provider, number: commit.number });
    if (decision === 'held') return undefined;
    if (decision === 'lost' || commit.attempt >= limits.commitAttempts) throw missing(commit);
    const signed = await proposeRevision(context, commit.deal, { append: [] }, signal);
    // Where the provider has forgotten this one, both are back at what the chain holds: that names nothing of it.
    if (!signed || signed.revision.number < commit.number) throw missing(commit);
    const { number, validUntil } = signed.revision;
    return { deal: commit.deal, number, validUntil, attempt: commit.attempt + 1 };
  };
  const advance = async (commit: Waiting, deal: Deal | undefined, moment: PostingMoment): Promise<Waiting | undefined> => {
    try {
      return await step(commit, deal, moment);
    } catch (error) {
      signal?.throwIfAborted();
      failed.set(commit.deal, asError(error));
      return undefined;
    }
  };

  if (waiting.length === 0) return failed;
  const stop = new AbortController();
  const either = anySignal(stop.signal, signal);
  try {
    for await (const { block } of settlement.heads(either)) {
      const moment = momentAt(block, settlement);
      const deals = await settlement.agreed.deals(
        waiting.map(({ deal }) => deal),
        signal,
      );
      const next = await Promise.all(waiting.map((commit, index) => advance(commit, deals[index], moment)));
      waiting = next.filter((commit) => commit !== undefined);
      if (waiting.length === 0) return failed;
    }
  } finally {
    stop.abort();
  }
  signal?.throwIfAborted();
  throw new HoldfastError('ABORTED', { what: 'waiting for the chain' });
};

const missing = ({ deal, number }: Waiting): HoldfastError => new HoldfastError('COMMIT_MISSING', { deal, number });
