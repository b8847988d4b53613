import { watchHead } from '../chain/head-watch.js';
import { createSettlement } from '../chain/settlement.js';
import { toHex } from '../core/data/bytes.js';
import { createKeySigner } from '../core/keys/signing.js';
import { leaves, LEAF_BYTES, MAX_LEAVES, type Address } from '../core/units.js';
import { createDiskWatch } from '../provider/keep/disk-watch.js';
import { createProvider, type ProviderStatus } from '../provider/provider.js';
import { openJournalFiles } from '../storage/journal.js';
import { openSectorFiles } from '../storage/sector-files.js';
import { createHost } from '../transport/host.js';
import { serveProvider } from '../transport/provider-server.js';
import { tcpStack } from '../transport/tcp-stack.js';
import { systemClock } from './clock.js';
import { Closing } from './closing.js';
import { DISK_FLOOR_BYTES, openProviderDisk } from './disk-room.js';
import type { Settings } from './settings/config.js';
import { publishEndpoint } from './endpoint.js';
import { findBook } from './book/find-book.js';
import { foldersOf } from './settings/folders.js';
import { serveApi } from './http/api.js';
import type { AppLog } from './log.js';
import { createPrometheusMetrics } from './prometheus.js';
import { chainOptionsOf, keystoreOf } from './wallet-session.js';

/** Chain id of chains for tests, whose blocks may carry any time. */
const TEST_CHAIN = 31_337n;

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
  /** Ends the daemon in good order. */
  readonly signal: AbortSignal;
}

/**
 * The composition root of a provider: opens what it owns in the order of trust (keys, chain, stores, peers, local API), runs
 * until the signal, and closes in the opposite order: no request is taken that could not be finished.
 */
export const runProviderDaemon = async ({ settings, password, log, onReady, signal }: ProviderDaemonOptions): Promise<void> => {
  await using opened = new Closing();
  const stop = new AbortController();
  const running = AbortSignal.any([signal, stop.signal]);
  const metrics = createPrometheusMetrics();
  const folders = foldersOf(settings);
  const keystore = keystoreOf(settings);
  const book = await findBook(settings, running);
  const provider = settings.provider.owner ?? (await keystore.addressOf('wallet'));
  const operatorKey = await keystore.unlock('operator', password);
  const peerKey = await keystore.unlock('peer', password);
  const signer = createKeySigner(operatorKey);

  const disk = await openProviderDisk(folders);
  opened.defer(() => {
    disk.close();
  });
  const settlement = await createSettlement({
    ...chainOptionsOf(settings, book),
    // Nobody waits for a second RPC before the next proof: what needs two is tried again with the next block.
    agreementPatienceMilliseconds: 0,
    signerKey: toHex(operatorKey),
    directory: folders.transactions(signer.address),
    log,
    metrics,
    signal: running,
  });
  opened.defer(() => settlement.close());
  const { blockMilliseconds, chainId } = book;
  const isTimed = chainId !== TEST_CHAIN;
  void watchHead({ reader: settlement, clock: systemClock, log, metrics, blockMilliseconds, isTimed }, running);
  opened.defer(() => stop.abort());
  const store = await openSectorFiles({
    path: folders.sectors,
    identity: settlement.identity,
    capacity: settings.provider.capacityBytes,
    floor: DISK_FLOOR_BYTES,
  });
  opened.defer(() => store.close());
  const journal = await openJournalFiles(folders.journal, settlement.identity);
  opened.defer(() => journal.close());

  const worker = createProvider({
    provider,
    settlement,
    store,
    journal,
    signer,
    clock: systemClock,
    log,
    metrics,
    policy: {
      capacity: leaves(Math.min(MAX_LEAVES, Math.floor(settings.provider.capacityBytes / LEAF_BYTES))),
      minLeaves: leaves(Math.ceil(settings.provider.minBytes / LEAF_BYTES)),
      egressCredit: settings.provider.egressCreditBytes,
      gasFactor: BigInt(settings.provider.gasFactor),
    },
  });

  const { listen, announce } = settings.provider;
  const host = await createHost({ stack: tcpStack, metrics, peerKey, listen, ...(announce && { announce }) });
  opened.defer(() => host.stop());
  await publishEndpoint(settlement, { provider, peerId: host.peer, addresses: announce ?? host.addresses() }, log, running);
  const server = await serveProvider(host, worker.service, { log, metrics });
  opened.defer(() => server.stop());

  const api = await serveApi({
    port: settings.provider.apiPort,
    file: folders.daemonFile,
    status: async (asking) => statusOf(await worker.status(asking), log, host.addresses()),
    stop: () => {
      stop.abort();
    },
    metrics,
    log,
  });
  opened.defer(() => api.stop());

  const ready = { provider, peerId: host.peer, addresses: host.addresses(), api: api.url };
  log.info('provider-ready', { ...ready });
  onReady(ready);
  const watch = createDiskWatch({ disk, floor: DISK_FLOOR_BYTES, clock: systemClock, log, metrics });
  const working = worker.run(running).finally(() => {
    stop.abort();
  });
  await Promise.all([working, watch.run(running)]);
  log.info('provider-ended');
};

/** The answer of `provider status`. */
export interface DaemonStatus extends ProviderStatus {
  readonly alarms: ReturnType<AppLog['alarms']>;
  /** Lines of the log that could not be written. */
  readonly logTroubles: AppLog['troubles'];
  readonly addresses: readonly string[];
}

const statusOf = (status: ProviderStatus, log: AppLog, addresses: readonly string[]): DaemonStatus => ({
  ...status,
  alarms: log.alarms(),
  logTroubles: log.troubles,
  addresses,
});
