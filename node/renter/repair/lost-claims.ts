import type { Deal } from '../../core/market/deal.js';
import { inFlight } from '../../core/tasks/in-flight.js';
import { hash, type DealId, type Hash, type Period } from '../../core/units.js';
import type { DealHealing } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { KnownDeal } from '../deals/deal-book.js';
import type { FailureList } from '../failure-list.js';
import type { LostClaim } from './decide-healing.js';

/** What providers say that they lack, as far as they were asked. */
export interface LostClaims {
  /** Deals whose providers answered. */
  readonly asked: readonly DealId[];
  readonly claims: readonly LostClaim[];
  /** Sectors by deal that no object has there: nothing makes them anew, and no file needs them. */
  readonly unknown: ReadonlyMap<DealId, number>;
}

/** Answers of one provider for one deal and round. */
const MOST_PAGES = 16;
/** Sectors named in one answer, as the wire allows. */
const MOST_ROOTS = 1_024;

/** Every root of a sector comes after it. */
export const FIRST_ROOT = hash(`0x${'00'.repeat(32)}`);

/** Whether the deal's provider still has to keep what it promised. */
export const isKept = ({ status, defaulted, end }: Deal, now: Period): boolean =>
  status === 'active' && defaulted === undefined && end > now;

/** A deal as it is asked for: once around, from where the last round stopped. */
const askDeal = async (context: RenterContext, { deal }: KnownDeal, start: Hash, signal: AbortSignal) => {
  const { catalogue, limits, links } = context;
  const [link, authorization] = await Promise.all([links.to(deal.provider, signal), links.authorize(deal.id, signal)]);
  const claims = new Map<Hash, LostClaim>();
  const unknown = new Set<Hash>();
  let after = start;
  let around = start === FIRST_ROOT;
  for (let page = 0; page < MOST_PAGES && claims.size < limits.healSectors; page++) {
    const most = Math.min(MOST_ROOTS, limits.healSectors - claims.size);
    const { roots, next } = await link.lostSectors(authorization, { after, most }, signal);
    for (const root of roots) {
      const place = await catalogue.sectorPlace(deal.id, root);
      if (place) claims.set(root, { deal: deal.id, root, place });
      else unknown.add(root);
    }
    after = next ?? FIRST_ROOT;
    if (around && (next === undefined || (start > FIRST_ROOT && after >= start))) break;
    around ||= next === undefined;
  }
  return { claims: [...claims.values()], unknown: unknown.size, after };
};

/** Asks the provider of each deal what it lacks, and looks up which shards these are: bounded for each deal, whatever is claimed. A dry run asks, and the next one asks again. */
export const readLostClaims = async (
  context: RenterContext,
  deals: readonly KnownDeal[],
  healingOf: (deal: DealId) => Promise<DealHealing>,
  failures: FailureList,
  { dryRun = false, signal }: { readonly dryRun?: boolean | undefined; readonly signal?: AbortSignal | undefined },
): Promise<LostClaims> => {
  const asked: DealId[] = [];
  const claims: LostClaim[] = [];
  const unknown = new Map<DealId, number>();
  await inFlight(deals, context.limits.dealsAtOnce, signal, async (known, either) => {
    const { id, provider } = known.deal;
    try {
      const healing = await healingOf(id);
      const found = await askDeal(context, known, healing.after, either);
      if (found.after !== healing.after && !dryRun) await context.catalogue.putHealing({ ...healing, after: found.after });
      asked.push(id);
      claims.push(...found.claims);
      if (found.unknown > 0) unknown.set(id, found.unknown);
    } catch (error) {
      either.throwIfAborted();
      context.links.drop(provider);
      failures.add(provider, error);
    }
  });
  return { asked, claims, unknown };
};
