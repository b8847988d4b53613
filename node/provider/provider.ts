import type { Address, DealId } from '../core/units.js';
import type { ProviderService } from '../ports/link.js';
import type { Receipt, Settlement } from '../ports/settlement.js';
import type { ProviderJournal } from '../ports/journal.js';
import type { SectorStore } from '../ports/sector-store.js';
import type { Metrics } from '../ports/metrics.js';
import type { Clock, Log, Signer } from '../ports/world.js';
import { createAnswerer } from './audit/answerer.js';
import { createAuditor } from './audit/auditor.js';
import { createDealGate } from './accept/authorization.js';
import { createClaimer } from './settle/claimer.js';
import { createClerk, type Clerk } from './settle/clerk.js';
import { createForfeiter, type Forfeiter } from './settle/forfeiter.js';
import { createReconciler } from './settle/reconciler.js';
import { createHousekeeper } from './keep/housekeeper.js';
import { tellFaults, tellStoreFaults } from './keep/tell-faults.js';
import { runTending } from './keep/tend.js';
import { createSerial } from '../core/tasks/serial.js';
import { readMoment, type Moment } from './moment.js';
import { defaultPolicy, type ProviderPolicy } from './policy.js';
import { runScrub, scrubOnce, type ScrubReport } from './keep/scrub.js';
import { createLostSectors } from './keep/lost-sectors.js';
import { createSectorCache } from './keep/sector-cache.js';
import { readLossCosts } from './keep/loss-costs.js';
import { createService } from './serve/service.js';
import { createTill } from './serve/till.js';
import { createPublisher, type Presence } from './standing/publisher.js';
import { createPurse } from './standing/purse.js';
import { createRecall } from './standing/recall.js';
import { createSoleWatch } from './standing/sole-watch.js';
import { createStanding } from './standing/standing.js';
import { createTroubles } from './standing/troubles.js';
import { readStatus, type ProviderStatus } from './status.js';
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
  /** Between two blocks, as the network means it. Default 12,000. */
  readonly blockMilliseconds?: number;
  /** Where renters reach it. Without, nobody is told and no other daemon is looked for. */
  readonly presence?: Presence;
  /** Defaults: {@link defaultPolicy}. */
  readonly policy: Pick<ProviderPolicy, 'capacity'> & Partial<ProviderPolicy>;
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

/** A provider: accepts by its ask, stores, co-signs, proves first and alone, then posts and closes in bounded batches. */
export const createProvider = (options: ProviderOptions): Provider => {
  const { provider, settlement, store, journal, signer, clock, log, metrics, presence, blockMilliseconds = 12_000 } = options;
  const { parameters } = settlement;
  const policy: ProviderPolicy = { ...defaultPolicy, ...options.policy };
  const [locks, turns] = [createSerial(), createSerial()];
  const troubles = createTroubles(log);
  const purse = createPurse({ settlement, metrics, troubles, policy });
  const { onFee } = purse;
  const lost = createLostSectors({ store, journal, locks, log, metrics, costs: (deals) => readLossCosts(settlement, provider, deals) });
  const sectors = createSectorCache(store, policy.cacheBytes, (root) => {
    lost.examine(root).catch((error: unknown) => log.warn('sector-unreadable', { root, error }));
  });
  const recall = createRecall({ seen: () => reconciler.seen, settlement, clock, blockMilliseconds, policy });
  const { authorizationTtl: ttl, outagePatience: patience } = policy;
  const gate = createDealGate({ settlement, provider, clock, ttl, recall, patience });
  const till = createTill({ identity: settlement.identity, parameters, journal, locks, policy });
  const auditor = createAuditor({ settlement, journal, sectors, provider, log, metrics, policy, onFee });
  const answerer = createAnswerer({ settlement, journal, sectors, provider, clock, log, metrics, policy });
  const claimer = createClaimer({ settlement, provider, log, metrics, policy });
  const housekeeper = createHousekeeper({ settlement: settlement.agreed, store, journal, clock, log, metrics, locks, policy });
  const forfeiter: Forfeiter = createForfeiter({ settlement, journal, seals: till, log, metrics, policy });
  const watch = createWatch({ log, metrics, troubles, signer: signer.address, parameters, causeOf: auditor.causeOf });
  const clerk: Clerk = createClerk({ settlement, signer, seals: till, log, metrics, policy, onFee, onDone: () => reconciler.markStale() });
  const hands = { clerk, forfeiter, housekeeper };
  const reconciler = createReconciler({ settlement, provider, journal, store, clock, metrics, watch, answerer, policy, ...hands });
  const sole = createSoleWatch({ settlement, troubles });
  const publisher = presence && createPublisher({ settlement, presence, sole, log, troubles, policy });
  if (publisher === undefined) sole.looked();
  const standing = createStanding({ purse, sole, publisher, troubles, parameters, policy });
  const onSigned = (): void => {
    metrics.count('holdfast_revisions_signed_total');
    // All deals: what is kept of the others is pruned with it, and too much of it refuses the next revision.
    reconciler.markStale();
  };
  const world = { settlement, store, journal, signer, clock, metrics, provider, policy, gate, sectors, till, lost, locks };
  const service = createService({ ...world, kept: () => reconciler.kept, sole, onSigned });

  /** What cannot wait for the freeze to end, then the rest. */
  const act = async (moment: Moment, signal: AbortSignal): Promise<void> => {
    await auditor.step(moment, signal);
    await answerer.step(moment, signal);
    await standing.step(moment, signal);
    if (moment.frozen) return reconciler.markStale();
    const [acts, quiet] = [moment.sheet.operator === signer.address, !auditor.busy && !answerer.busy];
    await reconciler.step(moment, { acts, quiet, gasPrice: purse.gasPrice }, signal);
    await claimer.step(moment, purse.gasPrice, signal);
  };

  const observe = async (signal: AbortSignal): Promise<void> => {
    const moment = await readMoment(settlement, provider, signal);
    watch.moment(moment);
    if (moment === undefined) return sole.looked();
    metrics.set('holdfast_head_block', moment.head.block);
    await act(moment, signal);
    await housekeeper.sweepWhenDue();
  };

  const step = (signal: AbortSignal): Promise<void> => turns('step', () => observe(signal));

  const runSteps = async (signal: AbortSignal): Promise<void> => {
    for await (const head of settlement.heads(signal)) {
      await step(signal).catch((error: unknown) => {
        reconciler.markStale();
        if (!signal.aborted) log.warn('step-failed', { block: head.block, error });
      });
    }
  };

  const now = () => ({
    proofInHand: auditor.busy,
    batchInHand: clerk.busy,
    challenges: answerer.open,
    troubles: troubles.now,
    kept: reconciler.kept.size,
  });

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
    status: (signal) => readStatus({ settlement, provider, journal, store, policy, now }, signal),
  };
};
