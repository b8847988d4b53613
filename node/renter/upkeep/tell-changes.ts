import { inFlight } from '../../core/tasks/in-flight.js';
import { leaves, period, type DealId } from '../../core/units.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { awaitCommits } from '../deals/await-commits.js';
import type { AwaitedCommit } from '../deals/decide-commit.js';
import { readDeals } from '../deals/deal-book.js';
import { proposeRevision } from '../deals/propose-revision.js';
import type { FailureList } from '../failure-list.js';
import { dealsWithRoom, partOf } from '../homes/deals-with-room.js';
import { isUntold } from '../pages/is-untold.js';
import { lapsedPages } from '../pages/lapsed-pages.js';
import { landPages } from '../pages/land-pages.js';
import { makePages, type MadePage } from '../pages/make-pages.js';
import { namesEach, sendPageShards } from '../pages/send-shards.js';

/** Deals that a page of its own goes into, at providers of their own: a third of them is enough to read it. */
const MOST_DEALS = 6;
/** Leaves that such a deal has room for at least: what a page with some deletions takes. */
const LEAST_ROOM = leaves(64);
/** A deal that ends sooner is of no use for it. */
const LEAST_PERIODS = 3;

/**
 * Writes into some deals what was deleted, renamed or moved and that no page tells of yet, in revisions of its own, and resolves once the chain holds them: a machine that recovers
 * knows of it then. So is what pages tell that too few deals keep by now. What is put goes with its own revisions; where nothing else changed nobody is asked anything. Gives back the deals.
 */
export const tellChanges = async (context: RenterContext, failures: FailureList, task: TaskOptions): Promise<readonly DealId[]> => {
  const { settlement, limits, links } = context;
  const { signal } = task;
  if (limits.pageLeaves === 0) return [];
  const now = await currentPeriod(settlement.agreed, signal);
  const known = await readDeals(context, signal);
  const lapsed = await lapsedPages(context, known, now);
  if (lapsed.length > 0) await context.catalogue.forgetPages(lapsed);
  if (!(await isUntold(context))) return [];
  const wanted = { leaves: LEAST_ROOM, now, until: period(now + LEAST_PERIODS), parameters: settlement.parameters };
  const used = known.filter(({ record }) => (record.current?.revision.leaves ?? 0) > 0);
  const homes = dealsWithRoom(used, wanted, new Set()).slice(0, MOST_DEALS);
  const deals = homes.map(({ deal }) => deal.id);
  const room = Math.min(...homes.map((one) => partOf(one).free ?? 0));
  const pages = await makePages(context, { deals, room, k: MOST_DEALS, n: Infinity }, signal);
  const commits: AwaitedCommit[] = [];
  const signed = new Map<DealId, readonly MadePage[]>();
  await inFlight(homes, MOST_DEALS, signal, async ({ deal: { id, provider } }, either) => {
    try {
      const sectors = await sendPageShards(context, { deal: id, provider }, pages, either);
      const revision = (await proposeRevision(context, id, { append: [], pages: sectors }, either))?.revision;
      if (!revision || !(await namesEach(context, id, sectors))) return;
      commits.push({ deal: id, number: revision.number, validUntil: revision.validUntil });
      signed.set(id, pages);
      task.report?.({ kind: 'signed', deal: id, provider, number: revision.number });
    } catch (error) {
      either.throwIfAborted();
      links.drop(provider);
      failures.add(provider, error);
    }
  });
  for (const [id] of await awaitCommits(context, commits, task)) signed.delete(id);
  await landPages(context, pages, signed);
  return [...signed.keys()];
};
