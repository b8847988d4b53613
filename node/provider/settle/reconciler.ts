import type { Deal } from '../../core/market/deal.js';
import type { Address, BlockNumber, DealId, GasWei } from '../../core/units.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Clock } from '../../ports/world.js';
import type { Settlement } from '../../ports/settlement.js';
import type { ProviderDeal, ProviderEgress, ProviderJournal } from '../../ports/journal.js';
import type { SectorStore } from '../../ports/sector-store.js';
import type { Answerer } from '../audit/answerer.js';
import type { Housekeeper } from '../keep/housekeeper.js';
import { readInOneBlock, type Moment } from '../moment.js';
import type { ProviderPolicy } from '../policy.js';
import type { SeenDeals } from '../standing/recall.js';
import type { Watch } from '../watch.js';
import { viewDeals, type Clerk } from './clerk.js';
import { closingOffset, type DealView } from './decide-settlement.js';
import { doubtfulDeals } from './decide-doubts.js';
import type { Forfeiter } from './forfeiter.js';

/** Compares journal and chain, and does what the difference asks for. */
export interface Reconciler {
  /** Something happened that the chain should hear of, or that we should hear from it, of whichever deal. */
  markStale(): void;
  /** The same of these deals alone: the next comparison costs what they are, and not what all are. */
  touch(deals: readonly DealId[]): void;
  /** Deals with data when we last looked. */
  readonly kept: ReadonlySet<DealId>;
  /** These deals as they were then; undefined before the first look. */
  readonly seen: SeenDeals | undefined;
  /** Compares, if that is due: all deals every so many blocks, since what others did is told by nobody; else those that were touched. */
  step(moment: Moment, options: StepOptions, signal: AbortSignal): Promise<void>;
}

export interface StepOptions {
  /** Whether the registry names our key: nobody else's batches are taken. */
  readonly acts: boolean;
  /** Whether nothing that must not wait is on its way. */
  readonly quiet: boolean;
  readonly gasPrice: GasWei | undefined;
}

export interface ReconcilerOptions {
  readonly settlement: Settlement;
  readonly provider: Address;
  readonly journal: ProviderJournal;
  readonly store: SectorStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly watch: Watch;
  readonly answerer: Pick<Answerer, 'compare'>;
  readonly policy: Pick<ProviderPolicy, 'reconcileEvery' | 'batchItems'>;
  readonly clerk: Clerk;
  readonly forfeiter: Pick<Forfeiter, 'step'>;
  readonly housekeeper: Pick<Housekeeper, 'prune' | 'settleAccounts'>;
}

/** Sets the gauges of what the provider holds. */
const tellHoldings = async (
  { metrics, journal, store }: Pick<ReconcilerOptions, 'metrics' | 'journal' | 'store'>,
  kept: readonly ProviderDeal[],
): Promise<void> => {
  metrics.set('holdfast_deals', kept.length);
  metrics.set('holdfast_held_leaves', await journal.leavesHeld());
  metrics.set(
    'holdfast_stored_sectors',
    kept.reduce((sum, { revisions }) => sum + (revisions.at(-1)?.revision.sectors ?? 0), 0),
  );
  metrics.set('holdfast_stored_bytes', store.bytesUsed);
};

/** Everything that chain and journal know of deals, the chain's part of one block. */
const readDeals = async ({ settlement: { agreed }, provider, journal }: ReconcilerOptions, signal: AbortSignal) => {
  const remembered: ProviderDeal[] = [];
  for await (const deal of journal.deals()) remembered.push(deal);
  const egresses: ProviderEgress[] = [];
  for await (const egress of journal.egresses()) egresses.push(egress);
  const doubts = journal.doubts();
  const ids = new Set([...remembered.map(({ id }) => id), ...[...egresses, ...doubts].map(({ deal }) => deal)]);
  const { result, settled } = await readInOneBlock(
    agreed,
    async (head) => {
      const tree = await agreed.treeOf(provider, signal);
      const inTree = new Set(tree.map(({ id }) => id));
      const missing = [...ids].filter((id) => !inTree.has(id));
      return { head, tree, others: await agreed.deals(missing, signal) };
    },
    signal,
  );
  return { ...result, remembered, egresses, doubts, settled };
};

/** The same of some deals. */
const readSome = async ({ settlement: { agreed }, journal }: ReconcilerOptions, ids: readonly DealId[], signal: AbortSignal) => {
  const rows = await Promise.all(ids.map((id) => Promise.all([journal.deal(id), journal.egress(id)])));
  const remembered = rows.flatMap(([deal]) => (deal === undefined ? [] : [deal]));
  const egresses = rows.flatMap(([, egress]) => (egress === undefined ? [] : [egress]));
  const { result } = await readInOneBlock(agreed, async (head) => ({ head, deals: await agreed.deals(ids, signal) }), signal);
  return { head: result.head, views: viewDeals([], result.deals, remembered, egresses) };
};

/** Batches whose deals are looked at again while others wait to be posted. */
const BATCHES_AHEAD = 4;

export const createReconciler = (options: ReconcilerOptions): Reconciler => {
  const { clock, watch, answerer, clerk, forfeiter, housekeeper, journal, policy } = options;
  let stale = true;
  let reconciledAt: BlockNumber | undefined;
  let kept: Set<DealId> = new Set();
  /** As each was last seen. */
  let seen: Map<DealId, DealView> = new Map();
  /** Those with data, for whoever reads while no RPC answers. */
  let looked: (SeenDeals & { readonly deals: Map<DealId, Deal> }) | undefined;
  const touched = new Set<DealId>();
  /** Those with something to be posted when they were last looked at. */
  let due: Set<DealId> = new Set();

  /** Whether deals of this period's end may be closed since all were last looked at. */
  const isClosing = ({ head: { block }, firstBlock }: Moment, since: BlockNumber): boolean => {
    const from = firstBlock + closingOffset(options.settlement.parameters);
    return since < from && block >= from;
  };

  const isDue = (moment: Moment): boolean => {
    const { block } = moment.head;
    if (stale || reconciledAt === undefined || block < reconciledAt) return true;
    return block >= reconciledAt + policy.reconcileEvery || isClosing(moment, reconciledAt);
  };

  const post = (moment: Moment, views: readonly DealView[], { acts, quiet, gasPrice }: StepOptions): void => {
    if (!acts || !quiet) return;
    for (const { deal } of views) due.delete(deal.id);
    for (const deal of clerk.step(moment, views, gasPrice)) due.add(deal);
  };

  const lookAtAll = async (moment: Moment, how: StepOptions, signal: AbortSignal): Promise<void> => {
    stale = false;
    reconciledAt = moment.head.block;
    touched.clear();
    const at = clock.now();
    const { head, tree, others, remembered, egresses, doubts, settled } = await readDeals(options, signal);
    kept = new Set(tree.map(({ id }) => id));
    looked = { deals: new Map(tree.map((deal) => [deal.id, deal])), block: head.block, at };
    await tellHoldings(options, remembered);
    const views = viewDeals(tree, others, remembered, egresses);
    seen = new Map(views.map((view) => [view.deal.id, view]));
    due = new Set();
    watch.deals(views, doubts);
    if (how.acts) forfeiter.step(views, head.block);
    answerer.compare(tree);
    post(moment, views, how);
    if (!settled) return;
    const chain = new Map<DealId, Deal>(views.map(({ deal }) => [deal.id, deal]));
    const lost = doubts.filter(({ newest }) => newest === 0n).map(({ deal }): ProviderDeal => ({ id: deal, revisions: [] }));
    await housekeeper.prune(head, [...remembered, ...lost], chain, doubtfulDeals(views, doubts), signal);
    await housekeeper.settleAccounts(head, egresses, chain, signal);
  };

  /** What is pruned, and what others did, waits for the next look at all. */
  const lookAtSome = async (moment: Moment, how: StepOptions, signal: AbortSignal): Promise<void> => {
    const ids = [...new Set([...touched, ...[...due].slice(0, BATCHES_AHEAD * policy.batchItems)])];
    touched.clear();
    const { head, views } = await readSome(options, ids, signal);
    for (const view of views) {
      seen.set(view.deal.id, view);
      const { deal } = view;
      const holds = deal.status === 'active' && deal.defaulted === undefined;
      if (holds) kept.add(deal.id);
      else kept.delete(deal.id);
      if (holds) looked?.deals.set(deal.id, deal);
      else looked?.deals.delete(deal.id);
    }
    watch.deals([...seen.values()], journal.doubts());
    if (how.acts) forfeiter.step(views, head.block);
    post(moment, views, how);
  };

  return {
    markStale: () => {
      stale = true;
    },
    touch: (deals) => {
      for (const deal of deals) touched.add(deal);
    },
    get kept() {
      return kept;
    },
    get seen() {
      return looked;
    },
    step: async (moment, how, signal) => {
      if (isDue(moment)) await lookAtAll(moment, how, signal);
      else if (touched.size > 0) await lookAtSome(moment, how, signal);
    },
  };
};
