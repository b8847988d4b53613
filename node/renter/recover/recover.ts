import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { SectorRef } from '../../core/data/data-set.js';
import type { Deal } from '../../core/market/deal.js';
import { inFlight } from '../../core/tasks/in-flight.js';
import type { DealId, Wei } from '../../core/units.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { LandedPage } from '../../ports/catalogue-pages.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { reconcileDeals } from '../deals/reconcile.js';
import { createPurse } from '../download/purse.js';
import type { ProviderFailure } from '../events.js';
import { createFailureList, type FailureList } from '../failure-list.js';
import { decideRecovery, type NamingOf, type RecoveredState } from './decide-recovery.js';
import { fillCatalogue, type Filled } from './fill-catalogue.js';
import { findDeals } from './find-deals.js';
import { readHeads, type DealPages } from './read-heads.js';
import { pagesIn, readPages, type PageProblem, type ReadPages } from './read-pages.js';
import { createSectorReader } from './sector-reader.js';

export interface RecoverOptions extends TaskOptions {
  /** Whether the catalogue may have objects that the deals do not tell of: they stay, and what is missing comes to them. */
  readonly merge?: boolean;
  /** Most token wei for reading, where that has a price; without, the deals' escrow is the limit. */
  readonly maxEgress?: Wei | undefined;
}

/** Something that could not be read, and which changes of which catalogue it has. */
export interface MissingPage {
  readonly page: string;
  readonly machine: string;
  readonly from: number;
  readonly to: number;
  readonly problem: PageProblem;
}

export interface RecoverResult {
  /** Of this wallet, on chain. */
  readonly deals: readonly Deal[];
  /** Deals that store something, and of which the sectors are known. */
  readonly listed: readonly DealId[];
  /** Deals that store something, and whose providers do not say what. */
  readonly unlisted: readonly DealId[];
  /** Deals with sectors of which none seems to be a page. */
  readonly without: readonly DealId[];
  /** Why the logs of the chain were of no use. */
  readonly logs: Error | undefined;
  /** Pages that were read, and those that nobody could. */
  readonly pages: number;
  readonly missing: readonly MissingPage[];
  readonly recovered: Filled;
  readonly unfinished: readonly ObjectRecord[];
  readonly gone: readonly ObjectRecord[];
  readonly uncertain: readonly ObjectRecord[];
  /** Token wei promised for reads. */
  readonly spent: Wei;
  readonly failures: readonly ProviderFailure[];
}

/** Deals whose ends are read at once. */
const AT_ONCE = 16;
/** Numbers that a lost catalogue may have signed beyond what is known of a deal: no revision is made under one of them. */
const SPENT = 1_000n;

const isStoring = ({ status, leaves, defaulted }: Deal): boolean => status !== 'closed' && defaulted === undefined && leaves > 0;

/** Takes the wallet's deals into the catalogue, with the sectors that their providers list and both have signed. */
const takeDeals = async (context: RenterContext, deals: readonly Deal[], failures: FailureList, signal?: AbortSignal) => {
  const { catalogue } = context;
  const open = deals.filter(({ status }) => status !== 'closed');
  for (const { id, provider } of open) if (!(await catalogue.deal(id))) await catalogue.putDeal({ id, provider });
  await reconcileDeals(context, new Map(open.map((deal) => [deal.id, deal])), failures, signal);
};

/** The sectors of a deal as the chain holds it, or newer; undefined where they are not known. */
const listOf = async ({ catalogue }: RenterContext, { id, number }: Deal): Promise<readonly SectorRef[] | undefined> => {
  const record = await catalogue.deal(id);
  const signed = record?.current?.revision.number;
  if (!record || signed === undefined || signed < number) return undefined;
  if ((record.spent ?? 0n) < signed) await catalogue.putDeal({ ...record, spent: signed + SPENT });
  const sectors: SectorRef[] = [];
  for await (const sector of catalogue.sectors(id, signed)) sectors.push(sector);
  return sectors;
};

/** REFUSED where the catalogue has objects that the pages do not tell of. */
const requireOwn = async ({ catalogue }: RenterContext, { crates, objects, unfinished, gone }: RecoveredState): Promise<void> => {
  const told = new Set<string>([...unfinished, ...gone].map(({ id }) => id));
  for (const { object } of objects) told.add(object.id);
  for (const { slabs } of crates) for (const { packed } of slabs) for (const { object } of packed) told.add(object.id);
  const others: ObjectRecord[] = [];
  for await (const object of catalogue.objects()) if (!told.has(object.id)) others.push(object);
  const [first] = others;
  if (first) throw new HoldfastError('RECOVERY_REFUSED', { objects: others.length, example: first.name });
};

/** Records the pages that were found: later ones name them, and tell nothing of it again where the catalogue has nothing else. */
const notePages = async ({ catalogue }: RenterContext, { pages }: ReadPages, isAll: boolean): Promise<void> => {
  for (const { page, bytes } of pages) {
    const shards = page.offers.map(({ shard, deal: { deal } }) => ({ ...shard, deal }));
    const landed: LandedPage = { ...page.span, bytes, shards };
    const { last, machine, covered } = await catalogue.paging();
    const isFresh = isAll && covered === 0 && page.span.machine !== machine;
    await catalogue.putPage(landed, isFresh ? { covered: last, told: last, floor: last } : undefined);
  }
};

/**
 * Brings the catalogue back from the deals of the wallet: finds them on chain, has their providers list what both have signed, reads the pages that
 * lie in them, and writes what these tell. Nothing is taken on trust: a list counts that both have signed and that is no older than what the chain holds, and
 * each byte is held against it. RECOVERY_KEYS_DIFFER, RECOVERY_REFUSED; interrupted, the same call goes on.
 */
export const recoverCatalogue = async (context: RenterContext, options: RecoverOptions = {}): Promise<RecoverResult> => {
  const { catalogue } = context;
  const { merge = false, maxEgress, signal, report } = options;
  const failures = createFailureList(context, report);
  const purse = createPurse(maxEgress);
  const reader = createSectorReader(context, purse);
  const { deals, logs } = await findDeals(context, signal);
  const storing = deals.filter(isStoring);
  report?.({ kind: 'found', deals: storing.length });
  await takeDeals(context, deals, failures, signal);

  let looked = 0;
  const known: DealPages[] = [];
  const [listed, unlisted, without]: [DealId[], DealId[], DealId[]] = [[], [], []];
  await inFlight(storing, AT_ONCE, signal, async (deal, either) => {
    const { id, provider } = deal;
    try {
      const sectors = await listOf(context, deal);
      (sectors ? listed : unlisted).push(id);
      if (!sectors) return;
      const found = await readHeads(reader, { deal: id, provider }, sectors, either);
      known.push(found);
      if (found.shards.size === 0) without.push(id);
    } catch (error) {
      either.throwIfAborted();
      context.links.drop(provider);
      failures.add(provider, error);
    } finally {
      looked += 1;
      report?.({ kind: 'looked', deals: looked, total: storing.length });
    }
  });

  const pages = await readPages(context, reader, pagesIn(known), signal);
  const lists = new Set(listed);
  const namingOf: NamingOf = async (deal, root) => {
    if (!lists.has(deal)) return unlisted.includes(deal) ? 'unknown' : 'absent';
    const number = (await catalogue.deal(deal))?.current?.revision.number ?? 0n;
    return (await catalogue.timesNamed(deal, number, root)) > 0 ? 'named' : 'absent';
  };
  const told = pages.pages.map(({ page, entries }) => ({ machine: page.span.machine, entries }));
  const state = await decideRecovery(told, namingOf);
  if (!merge) await requireOwn(context, state);
  const recovered = await fillCatalogue(catalogue, state, { signal, report: (filled) => report?.({ kind: 'recovered', ...filled }) });
  await notePages(context, pages, !merge);
  if (pages.missing.length === 0) for (const { deal, newer } of known) if (newer.size === 0) await catalogue.markRead(deal.deal);
  return {
    ...{ deals, listed, unlisted, without, logs, recovered },
    pages: pages.pages.length,
    missing: pages.missing.map(({ page: { span }, problem }) => ({ ...span, problem })),
    ...{ unfinished: state.unfinished, gone: state.gone, uncertain: state.uncertain },
    spent: purse.spent,
    failures: failures.all,
  };
};
