import type { Deal } from '../core/market/deal.js';
import { gasWei, leaves, wei, type Address, type DealId, type GasWei, type Leaves, type Wei } from '../core/units.js';
import type { ProviderService } from '../ports/link.js';
import type { Receipt, Settlement } from '../ports/settlement.js';
import type { ProviderDeal, ProviderEgress, ProviderJournal, SectorStore } from '../ports/store.js';
import type { Metrics } from '../ports/metrics.js';
import type { Clock, Log, Signer } from '../ports/world.js';
import { createAnswerer, type OpenChallenge } from './audit/answerer.js';
import { createAuditor } from './audit/auditor.js';
import { createDealGate } from './accept/authorization.js';
import { createClaimer } from './settle/claimer.js';
import { createClerk, viewDeals } from './settle/clerk.js';
import { decideRoom, mostDeals } from './accept/decide-admission.js';
import { doubtfulDeals } from './settle/decide-doubts.js';
import { redeemable } from './settle/decide-redemption.js';
import { createForfeiter } from './settle/forfeiter.js';
import { createHousekeeper } from './keep/housekeeper.js';
import { tellFaults, tellStoreFaults } from './keep/tell-faults.js';
import { runTending } from './keep/tend.js';
import { createSerial } from '../core/tasks/serial.js';
import { readInOneBlock, readMoment, type Moment } from './moment.js';
import { defaultPolicy, type ProviderPolicy } from './policy.js';
import { runScrub, scrubOnce, type ScrubReport } from './keep/scrub.js';
import { readLossCosts } from './keep/loss-costs.js';
import { createLostSectors } from './keep/lost-sectors.js';
import { createSectorCache } from './keep/sector-cache.js';
import { createService } from './serve/service.js';
import { createTill } from './serve/till.js';
import { createWatch } from './watch.js';

export interface ProviderOptions {
  /** Owner's address, by which the market names the provider. */
  readonly provider: Address;
  /** Acts as the operator: proves, posts, closes. */
  readonly settlement: Settlement;
  readonly store: SectorStore;
  readonly journal: ProviderJournal;
  /** The operator's key, which consents to revisions. */
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Defaults: {@link defaultPolicy}. */
  readonly policy: Pick<ProviderPolicy, 'capacity'> & Partial<ProviderPolicy>;
}

/** How a provider stands, for screens. */
export interface ProviderStatus {
  readonly moment: Moment | undefined;
  readonly proofInHand: boolean;
  readonly batchInHand: boolean;
  /** Open challenges of its deals. */
  readonly challenges: readonly OpenChallenge[];
  readonly deals: number;
  /** Deals with data that it takes: so many it could answer for if all were challenged at once (R8). */
  readonly mostDeals: number;
  readonly leavesHeld: Leaves;
  /** Leaves it can still take. */
  readonly freeLeaves: Leaves;
  readonly bytesUsed: number;
  readonly capacity: Leaves;
  /** Vouchers of deals that are not yet closed, token wei: all of them, and what redeeming them would pay now. */
  readonly egress: { readonly promised: Wei; readonly unredeemed: Wei };
}

export interface Provider {
  /** What the transport calls. */
  readonly service: ProviderService;
  /** Observes once, decides and acts. Transactions go on in the background. */
  step(signal: AbortSignal): Promise<void>;
  /** Steps with every new head, and scrubs slowly beside it, until the signal. */
  run(signal: AbortSignal): Promise<void>;
  scrub(signal: AbortSignal): Promise<ScrubReport>;
  /** Gives a deal up: its collateral and unspent escrow go to the renter (R7). */
  forfeit(deal: DealId, signal?: AbortSignal): Promise<Receipt>;
  status(signal: AbortSignal): Promise<ProviderStatus>;
}

/** Vouchers held, and what redeeming them would pay now. */
const egressOf = async (settlement: Settlement, journal: ProviderJournal, signal: AbortSignal): Promise<ProviderStatus['egress']> => {
  const held: ProviderEgress[] = [];
  for await (const egress of journal.egresses()) held.push(egress);
  const deals =
    held.length === 0
      ? []
      : await settlement.deals(
          held.map(({ deal }) => deal),
          signal,
        );
  let [promised, unredeemed] = [0n, 0n];
  for (const [index, egress] of held.entries()) {
    const deal = deals[index];
    if (deal === undefined || deal.status === 'closed') continue;
    promised += egress.voucher?.amount ?? 0n;
    unredeemed += redeemable(deal, egress);
  }
  return { promised: wei(promised), unredeemed: wei(unredeemed) };
};

/** Sets the gauges of what the provider holds. */
const tellHoldings = async (
  metrics: Metrics,
  kept: readonly ProviderDeal[],
  journal: ProviderJournal,
  store: SectorStore,
): Promise<void> => {
  metrics.set('holdfast_deals', kept.length);
  metrics.set('holdfast_held_leaves', await journal.leavesHeld());
  metrics.set(
    'holdfast_stored_sectors',
    kept.reduce((sum, { revisions }) => sum + (revisions.at(-1)?.sectors.length ?? 0), 0),
  );
  metrics.set('holdfast_stored_bytes', store.bytesUsed);
};

/** A provider: accepts by its ask, stores, co-signs, proves first and alone, then posts and closes in bounded batches. */
export const createProvider = (options: ProviderOptions): Provider => {
  const { provider, settlement, store, journal, signer, clock, log, metrics } = options;
  const policy: ProviderPolicy = { ...defaultPolicy, ...options.policy };
  const locks = createSerial();
  const turns = createSerial();
  const costs = (deals: readonly DealId[]) => readLossCosts(settlement, provider, deals);
  const lost = createLostSectors({ store, journal, locks, log, metrics, costs });
  const sectors = createSectorCache(store, policy.cacheBytes, (root) => {
    lost.examine(root).catch((error: unknown) => log.warn('sector-unreadable', { root, error }));
  });
  const gate = createDealGate({ settlement, provider, clock, ttl: policy.authorizationTtl });
  /** Something happened that the chain should hear of, or that we should hear from it. */
  let stale = true;
  let reconciledAt = 0;
  let sweptAt = -Infinity;
  const markStale = (): void => {
    stale = true;
  };
  const onSigned = (): void => {
    metrics.count('holdfast_revisions_signed_total');
    markStale();
  };
  /** What a unit of gas cost in our newest transaction. */
  let gasPrice: GasWei | undefined;
  const onFee = ({ fee, gasUsed }: Receipt): void => {
    if (gasUsed > 0n) gasPrice = gasWei(fee / gasUsed);
  };
  /** Deals with data when we last looked. */
  let kept: ReadonlySet<DealId> = new Set();
  const till = createTill({ identity: settlement.identity, parameters: settlement.parameters, journal, locks, policy });
  const world = { settlement, store, journal, signer, clock, metrics, provider, policy, gate, sectors, till, lost, locks };
  const service = createService({ ...world, kept: () => kept, onSigned });
  const auditor = createAuditor({ settlement, journal, sectors, provider, log, metrics, policy, onFee });
  const answerer = createAnswerer({ settlement, journal, sectors, provider, clock, log, metrics, policy });
  const clerk = createClerk({ settlement, seals: till, log, metrics, policy, onFee, onDone: markStale });
  const claimer = createClaimer({ settlement, provider, log, metrics, policy });
  const housekeeper = createHousekeeper({ settlement: settlement.agreed, store, journal, clock, log, metrics, locks, policy });
  const forfeiter = createForfeiter({ settlement, journal, seals: till, log, metrics, policy });
  const watch = createWatch({ log, metrics, signer: signer.address, unit: settlement.parameters.unit });

  const readDeals = async (signal: AbortSignal) => {
    const remembered: ProviderDeal[] = [];
    for await (const deal of journal.deals()) remembered.push(deal);
    const egresses: ProviderEgress[] = [];
    for await (const egress of journal.egresses()) egresses.push(egress);
    const doubts = journal.doubts();
    const ids = new Set([...remembered.map(({ id }) => id), ...[...egresses, ...doubts].map(({ deal }) => deal)]);
    const { agreed } = settlement;
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

  const reconcile = async (moment: Moment, signal: AbortSignal): Promise<void> => {
    stale = false;
    reconciledAt = moment.head.block;
    const { head, tree, others, remembered, egresses, doubts, settled } = await readDeals(signal);
    kept = new Set(tree.map(({ id }) => id));
    await tellHoldings(metrics, remembered, journal, store);
    const views = viewDeals(tree, others, remembered, egresses);
    watch.deals(views, doubts);
    forfeiter.step(views, head.block);
    answerer.compare(tree);
    if (!auditor.busy && !answerer.busy) clerk.step(moment, views, gasPrice);
    if (!settled) return;
    const chain = new Map<DealId, Deal>(views.map(({ deal }) => [deal.id, deal]));
    const lost = doubts.filter(({ newest }) => newest === 0n).map(({ deal }): ProviderDeal => ({ id: deal, revisions: [] }));
    await housekeeper.prune(head, [...remembered, ...lost], chain, doubtfulDeals(views, doubts), signal);
    await housekeeper.settleAccounts(head, egresses, chain, signal);
  };

  const sweep = async (): Promise<void> => {
    const now = clock.now();
    if (now - sweptAt < policy.pendingTtl / 4) return;
    if (await housekeeper.sweep()) sweptAt = now;
  };

  const observe = async (signal: AbortSignal): Promise<void> => {
    const moment = await readMoment(settlement, provider, signal);
    watch.moment(moment);
    if (moment === undefined) return;
    metrics.set('holdfast_head_block', moment.head.block);
    await auditor.step(moment, signal);
    await answerer.step(moment, signal);
    if (moment.frozen) markStale();
    const due = stale || moment.head.block >= reconciledAt + policy.reconcileEvery || moment.head.block < reconciledAt;
    if (due && !moment.frozen) await reconcile(moment, signal);
    if (!moment.frozen) await claimer.step(moment, gasPrice, signal);
    await sweep();
  };

  const step = (signal: AbortSignal): Promise<void> => turns('step', () => observe(signal));

  const runSteps = async (signal: AbortSignal): Promise<void> => {
    for await (const head of settlement.heads(signal)) {
      await step(signal).catch((error: unknown) => {
        markStale();
        if (!signal.aborted) log.warn('step-failed', { block: head.block, error });
      });
    }
  };

  return {
    service,
    step,
    run: async (signal) => {
      tellFaults(journal, log);
      tellStoreFaults(store, log);
      const scrubbing = runScrub({ store, journal, lost, clock, log, metrics, policy }, signal);
      await Promise.all([runSteps(signal), scrubbing, runTending({ store, lost, clock, log, policy }, signal)]);
    },
    scrub: (signal) => scrubOnce({ store, journal, lost, clock, log, metrics, policy }, signal),
    forfeit: (deal, signal) => forfeiter.giveUp(deal, signal === undefined ? {} : { signal }),
    status: async (signal) => {
      const [moment, held] = await Promise.all([readMoment(settlement, provider, signal), journal.leavesHeld()]);
      let deals = 0;
      for await (const _ of journal.deals()) deals += 1;
      const egress = await egressOf(settlement, journal, signal);
      const { parameters } = settlement;
      const room = moment && decideRoom({ sheet: moment.sheet, parameters, held, room: await store.room(), kept: kept.size, policy });
      return {
        moment,
        proofInHand: auditor.busy,
        batchInHand: clerk.busy,
        challenges: answerer.open,
        deals,
        mostDeals: mostDeals({ parameters, policy }),
        leavesHeld: held,
        freeLeaves: room?.freeLeaves ?? leaves(0),
        bytesUsed: store.bytesUsed,
        capacity: policy.capacity,
        egress,
      };
    },
  };
};
