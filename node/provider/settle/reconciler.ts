import type { Deal } from '../../core/market/deal.js';
import type { Address, BlockNumber, DealId, GasWei } from '../../core/units.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Settlement } from '../../ports/settlement.js';
import type { ProviderDeal, ProviderEgress, ProviderJournal } from '../../ports/journal.js';
import type { SectorStore } from '../../ports/sector-store.js';
import type { Clock } from '../../ports/world.js';
import type { Answerer } from '../audit/answerer.js';
import type { Housekeeper } from '../keep/housekeeper.js';
import { readInOneBlock, type Moment } from '../moment.js';
import type { ProviderPolicy } from '../policy.js';
import type { Watch } from '../watch.js';
import type { SeenDeals } from '../standing/recall.js';
import { viewDeals, type Clerk } from './clerk.js';
import { doubtfulDeals } from './decide-doubts.js';
import type { Forfeiter } from './forfeiter.js';

/** Compares journal and chain, and does what the difference asks for. */
export interface Reconciler {
  /** Something happened that the chain should hear of, or that we should hear from it. */
  markStale(): void;
  /** Deals with data when we last looked. */
  readonly kept: ReadonlySet<DealId>;
  /** These deals as they were then; undefined before the first look. */
  readonly seen: SeenDeals | undefined;
  /**
   * Compares, if that is due.
   * @param acts Whether the registry names our key: nobody else's batches are taken.
   * @param quiet Whether nothing that must not wait is on its way.
   */
  step(
    moment: Moment,
    options: { readonly acts: boolean; readonly quiet: boolean; readonly gasPrice: GasWei | undefined },
    signal: AbortSignal,
  ): Promise<void>;
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
  readonly policy: Pick<ProviderPolicy, 'reconcileEvery'>;
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

export const createReconciler = (options: ReconcilerOptions): Reconciler => {
  const { clock, watch, answerer, clerk, forfeiter, housekeeper, policy } = options;
  let stale = true;
  let reconciledAt: BlockNumber | undefined;
  let kept: ReadonlySet<DealId> = new Set();
  let seen: SeenDeals | undefined;

  const isDue = (block: BlockNumber): boolean =>
    stale || reconciledAt === undefined || block >= reconciledAt + policy.reconcileEvery || block < reconciledAt;

  return {
    markStale: () => {
      stale = true;
    },
    get kept() {
      return kept;
    },
    get seen() {
      return seen;
    },
    step: async (moment, { acts, quiet, gasPrice }, signal) => {
      if (!isDue(moment.head.block)) return;
      stale = false;
      reconciledAt = moment.head.block;
      const at = clock.now();
      const { head, tree, others, remembered, egresses, doubts, settled } = await readDeals(options, signal);
      kept = new Set(tree.map(({ id }) => id));
      seen = { deals: new Map(tree.map((deal) => [deal.id, deal])), block: head.block, at };
      await tellHoldings(options, remembered);
      const views = viewDeals(tree, others, remembered, egresses);
      watch.deals(views, doubts);
      if (acts) forfeiter.step(views, head.block);
      answerer.compare(tree);
      if (acts && quiet) clerk.step(moment, views, gasPrice);
      if (!settled) return;
      const chain = new Map<DealId, Deal>(views.map(({ deal }) => [deal.id, deal]));
      const lost = doubts.filter(({ newest }) => newest === 0n).map(({ deal }): ProviderDeal => ({ id: deal, revisions: [] }));
      await housekeeper.prune(head, [...remembered, ...lost], chain, doubtfulDeals(views, doubts), signal);
      await housekeeper.settleAccounts(head, egresses, chain, signal);
    },
  };
};
