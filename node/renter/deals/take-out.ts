import type { SectorRef } from '../../core/data/data-set.js';
import type { Deal } from '../../core/market/deal.js';
import { rateUp } from '../../core/market/rent.js';
import { inFlight } from '../../core/tasks/in-flight.js';
import { wei, type Address, type DealId, type Period, type Wei } from '../../core/units.js';
import type { RenterDeal } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import type { FailureList } from '../failure-list.js';
import { decideTakingOut, type TakingOut, type Unshrinkable } from './decide-taking-out.js';
import { proposeRevision } from './propose-revision.js';

/** What is taken out of a deal, since nothing uses it any more. */
export interface ShrunkDeal {
  readonly deal: DealId;
  readonly provider: Address;
  readonly sectors: number;
  readonly leaves: number;
  /** Token wei a period that the deal costs less from the period after the one in which the chain holds that. */
  readonly saved: Wei;
}

/** A deal that keeps what nothing uses, for now. */
export interface UnshrunkDeal {
  readonly deal: DealId;
  readonly provider: Address;
  readonly reason: Unshrinkable;
}

export interface TakeOutResult {
  /** Their providers have signed that, or of a dry run would be asked to. */
  readonly shrunk: readonly ShrunkDeal[];
  readonly left: readonly UnshrunkDeal[];
}

/** Deals at once: each takes the freed sectors of one revision into memory. */
const AT_ONCE = 4;
/** Sectors that one revision takes out at most; what is left goes with the next round. */
const MOST_SECTORS = 65_536;

interface Found {
  readonly record: RenterDeal;
  readonly deal: Deal;
  /** Those that the deal names come first. */
  readonly freed: readonly SectorRef[];
  readonly named: readonly SectorRef[];
}

const lookAt = async ({ catalogue }: RenterContext, deal: Deal): Promise<Found | undefined> => {
  const record = await catalogue.deal(deal.id);
  if (record === undefined) return undefined;
  const freed: SectorRef[] = [];
  const named: SectorRef[] = [];
  const number = record.current?.revision.number ?? 0n;
  for await (const sector of catalogue.freed(deal.id)) {
    freed.push(sector);
    if ((await catalogue.timesNamed(deal.id, number, sector.root)) > 0) named.push(sector);
    if (freed.length === MOST_SECTORS) break;
  }
  return { record, deal, freed, named };
};

const shrunkDeal = ({ deal, record, named }: Found): ShrunkDeal => {
  const leaves = named.reduce((sum, sector) => sum + sector.leaves, 0);
  const before = Math.max(record.current?.revision.leaves ?? 0, leaves);
  const saved = wei(rateUp(deal.price, before) - rateUp(deal.price, before - leaves));
  return { deal: deal.id, provider: deal.provider, sectors: named.length, leaves, saved };
};

const carryOut = async (context: RenterContext, { deal, freed }: Found, { kind }: TakingOut, task: TaskOptions): Promise<void> => {
  const roots = freed.map(({ root }) => root);
  if (kind === 'forget') await context.catalogue.forgetFreed(deal.id, roots);
  if (kind !== 'sign') return;
  // Who does not answer has no proposal open for periods, in the way of what is stored next.
  await (await context.links.to(deal.provider, task.signal)).terms(task.signal);
  const signed = await proposeRevision(context, deal.id, { append: [], remove: roots }, task.signal);
  if (signed) task.report?.({ kind: 'signed', deal: deal.id, provider: deal.provider, number: signed.revision.number });
};

/**
 * Has providers agree to keep no more what was deleted or moved: one revision for all of a deal, whatever it came of. What is freed stays on
 * record until the chain holds a revision without it, so that nothing is paid for for ever; nothing but that is ever taken out. Looks at no deal
 * of which nothing is freed. Who fails is added to `failures`, and the others go on.
 */
export const takeOutFreed = async (
  context: RenterContext,
  failures: FailureList,
  { dryRun = false, ...task }: TaskOptions & { readonly dryRun?: boolean | undefined } = {},
): Promise<TakeOutResult> => {
  const { catalogue, settlement, links, limits } = context;
  const { signal } = task;
  const ids: DealId[] = [];
  for await (const deal of catalogue.freedDeals()) ids.push(deal);
  const shrunk: ShrunkDeal[] = [];
  const left: UnshrunkDeal[] = [];
  if (ids.length === 0) return { shrunk, left };
  const [deals, now] = await Promise.all([settlement.agreed.deals(ids, signal), currentPeriod(settlement.agreed, signal)]);
  // What another machine has stored may be where this one has deleted: nothing goes until that is known.
  for await (const _ of limits.pageLeaves > 0 ? catalogue.unreadDeals() : []) {
    for (const deal of deals) if (deal) left.push({ deal: deal.id, provider: deal.provider, reason: 'unread' });
    return { shrunk, left };
  }
  const takeOut = async (deal: Deal, now: Period, either: AbortSignal): Promise<void> => {
    const found = await lookAt(context, deal);
    if (found === undefined) return;
    const decision = decideTakingOut({ ...found, named: found.named.length }, now);
    if (decision.kind === 'leave') left.push({ deal: deal.id, provider: deal.provider, reason: decision.reason });
    if (!dryRun) await carryOut(context, found, decision, { ...task, signal: either });
    if (decision.kind === 'sign' && found.named.length > 0) shrunk.push(shrunkDeal(found));
  };
  await inFlight(
    deals.filter((deal) => deal !== undefined),
    AT_ONCE,
    signal,
    async (deal, either) => {
      try {
        await takeOut(deal, now, either);
      } catch (error) {
        either.throwIfAborted();
        links.drop(deal.provider);
        failures.add(deal.provider, error);
      }
    },
  );
  return { shrunk, left };
};
