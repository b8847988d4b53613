import { watchHead } from '../chain/head-watch.js';
import { createSettlement } from '../chain/settlement.js';
import { toHex } from '../core/data/bytes.js';
import { isHoldfastError } from '../core/errors/holdfast-error.js';
import { createKeySigner } from '../core/keys/signing.js';
import { leaves, LEAF_BYTES, MAX_LEAVES, type Address } from '../core/units.js';
import { createDiskWatch } from '../provider/keep/disk-watch.js';
import type { ProviderPolicy } from '../provider/policy.js';
import { createProvider } from '../provider/provider.js';
import { openJournalFiles } from '../storage/journal.js';
import { openSectorFiles } from '../storage/sector-files.js';
import { answersElsewhere } from '../transport/answers-elsewhere.js';
import { createHost } from '../transport/host.js';
import { serveProvider } from '../transport/provider-server.js';
import { tcpStack } from '../transport/tcp-stack.js';
import { awaitChain } from './await-chain.js';
import { systemClock } from './clock.js';
import { Closing } from './closing.js';
import { readDaemonStatus, type Serving } from './daemon-status.js';
import { DISK_FLOOR_BYTES, openProviderDisk } from './disk-room.js';
import type { Settings } from './settings/config.js';
import { findBook } from './book/find-book.js';
import { foldersOf } from './settings/folders.js';
import { serveApi } from './http/api.js';
import type { AppLog } from './log.js';
import { createPrometheusMetrics } from './prometheus.js';
import { chainOptionsOf, keystoreOf } from './wallet-session.js';

/** Chain id of chains for tests, whose blocks may carry any time. */
const TEST_CHAIN = 31_337n;
/** Share of the time for stopping in which the transaction in hand is waited for, milliseconds a second. */
const CLOSING_SHARE = 800;

/** What the daemon tells once it serves. */
export interface ProviderReady {
  readonly provider: Address;
  readonly peerId: string;
  /** Multiaddrs it can be reached at. */
  readonly addresses: readonly string[];
  /** Where the local HTTP API listens. */
  readonly api: string;
}

export interface ProviderDaemonOptions {
  readonly settings: Settings;
  readonly password: string;
  readonly log: AppLog;
  readonly onReady: (ready: ProviderReady) => void;
  /** Called once it begins to end, for whatever reason. */
  readonly onStopping?: () => void;
  /** Ends the daemon in good order. */
  readonly signal: AbortSignal;
}

/** What an operator decides in the settings, for the provider. */
const policyOf = ({ capacityBytes, minBytes, egressCreditBytes, gasFactor, coinPeriods }: Settings['provider']) =>
  ({
    capacity: leaves(Math.min(MAX_LEAVES, Math.floor(capacityBytes / LEAF_BYTES))),
    minLeaves: leaves(Math.ceil(minBytes / LEAF_BYTES)),
    egressCredit: egressCreditBytes,
    gasFactor: BigInt(gasFactor),
    coinPeriods,
  }) satisfies Partial<ProviderPolicy>;

/**
 * The composition root of a provider: opens what it owns in the order of trust (keys, stores, local API, chain, peers), runs
 * until the signal, and closes in the opposite order: no request is taken that could not be finished. What it lacks and may get (an RPC,
 * coin, a right entry in the registry) keeps nothing of the rest from running; only mistakes of the settings and broken stores end it.
 */
export const runProviderDaemon = async (options: ProviderDaemonOptions): Promise<void> => {
  const { log, signal, onStopping } = options;
  const stop = new AbortController();
  const running = AbortSignal.any([signal, stop.signal]);
  running.addEventListener('abort', () => onStopping?.(), { once: true });
  try {
    await runParts(options, stop, running);
  } catch (error) {
    const isStopped = error === running.reason || isHoldfastError(error, 'ABORTED', 'QUEUE_CLOSED');
    if (!running.aborted || !isStopped) throw error;
  }
  log.info('provider-ended');
};

const runParts = async (
  { settings, password, log, onReady }: ProviderDaemonOptions,
  stop: AbortController,
  running: AbortSignal,
): Promise<void> => {
  await using opened = new Closing();
  const metrics = createPrometheusMetrics();
  const clock = systemClock;
  const folders = foldersOf(settings);
  const keystore = keystoreOf(settings);
  const provider = settings.provider.owner ?? (await keystore.addressOf('wallet'));
  const operatorKey = await keystore.unlock('operator', password);
  const peerKey = await keystore.unlock('peer', password);
  const signer = createKeySigner(operatorKey);
  const book = await awaitChain({ connect: () => findBook(settings, running), clock, log }, running);
  const identity = { chainId: book.chainId, market: book.market, deploymentHash: book.deployment.hash };

  const disk = await openProviderDisk(folders);
  opened.defer(() => {
    disk.close();
  });
  const store = await openSectorFiles({
    path: folders.sectors,
    identity,
    capacity: settings.provider.capacityBytes,
    floor: DISK_FLOOR_BYTES,
  });
  opened.defer(() => store.close());
  const journal = await openJournalFiles(folders.journal, identity);
  opened.defer(() => journal.close());

  const serving: { now?: Serving } = {};
  const api = await serveApi({
    port: settings.provider.apiPort,
    file: folders.daemonFile,
    status: (asking) => readDaemonStatus(serving.now, log, asking),
    stop: () => {
      stop.abort();
    },
    metrics,
    log,
  });
  opened.defer(() => api.stop());

  const connect = () =>
    createSettlement({
      ...chainOptionsOf(settings, book),
      // Nobody waits for a second RPC before the next proof: what needs two is tried again with the next block.
      agreementPatienceMilliseconds: 0,
      signerKey: toHex(operatorKey),
      directory: folders.transactions(signer.address),
      closeMilliseconds: settings.provider.stopSeconds * CLOSING_SHARE,
      log,
      metrics,
      signal: running,
    });
  const settlement = await awaitChain({ connect, discard: (late) => late.close(), clock, log }, running);
  opened.defer(() => settlement.close());
  const { blockMilliseconds, chainId } = book;
  const isTimed = chainId !== TEST_CHAIN;
  void watchHead({ reader: settlement, clock, log, metrics, blockMilliseconds, isTimed }, running);
  opened.defer(() => stop.abort());

  const { listen, announce } = settings.provider;
  const host = await createHost({ stack: tcpStack, metrics, peerKey, listen, ...(announce && { announce }) });
  opened.defer(() => host.stop());
  const worker = createProvider({
    provider,
    settlement,
    store,
    journal,
    signer,
    clock,
    log,
    metrics,
    blockMilliseconds,
    presence: {
      endpoint: () => ({ peerId: host.peer, addresses: announce ?? host.addresses() }),
      answersElsewhere: (addresses, within) => answersElsewhere(host, addresses, { stack: tcpStack }, within),
    },
    policy: policyOf(settings.provider),
  });
  const server = await serveProvider(host, worker.service, { log, metrics });
  opened.defer(() => server.stop());
  const watch = createDiskWatch({ disk, floor: DISK_FLOOR_BYTES, clock, log, metrics });
  serving.now = { worker, disk: watch, addresses: () => host.addresses() };

  const ready = { provider, peerId: host.peer, addresses: host.addresses(), api: api.url };
  log.info('provider-ready', { ...ready });
  onReady(ready);
  const working = worker.run(running).finally(() => {
    stop.abort();
  });
  await Promise.all([working, watch.run(running)]);
};
