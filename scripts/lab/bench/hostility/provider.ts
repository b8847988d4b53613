import { createSerial } from '../../../../node/core/tasks/serial.js';
import { noMetrics } from '../../../../node/core/metrics/no-metrics.js';
import { createKeySigner } from '../../../../node/core/keys/signing.js';
import { leaves } from '../../../../node/core/units.js';
import { createDealGate } from '../../../../node/provider/accept/authorization.js';
import { createSectorCache } from '../../../../node/provider/keep/sector-cache.js';
import { defaultPolicy } from '../../../../node/provider/policy.js';
import { createService } from '../../../../node/provider/serve/service.js';
import { createTill } from '../../../../node/provider/serve/till.js';
import { createMemoryJournal } from '../../../../node/storage/journal.js';
import { createMemorySectors } from '../../../../node/storage/memory-sectors.js';
import { createHost } from '../../../../node/transport/host.js';
import type { ServerLimits } from '../../../../node/transport/limits.js';
import { createPeerKey } from '../../../../node/transport/peer-key.js';
import { serveProvider, type ProviderServer } from '../../../../node/transport/provider-server.js';
import { tcpStack } from '../../../../node/transport/tcp-stack.js';
import { createStillChain, dealIdOf, dealsOf, provider, sector, sectorBytes, type Target } from './stage.js';

/** A provider of the made-up market. */
export interface LabProvider {
  readonly target: Target;
  readonly server: ProviderServer;
  /** How often the one sector was read from the store. */
  reads(): number;
  stop(): Promise<void>;
}

/** The service as it is, with the limits that it has unless others are given, over stores in memory and a chain that stands still. */
export const openLabProvider = async (limits: Partial<ServerLimits> = {}): Promise<LabProvider> => {
  const settlement = createStillChain();
  const clock = { now: () => Date.now(), sleep: () => new Promise<never>(() => undefined) };
  const [memory, journal, locks] = [createMemorySectors(), await createMemoryJournal(settlement.identity), createSerial()];
  let reads = 0;
  const store: typeof memory = {
    ...memory,
    read: (...request) => {
      reads++;
      return memory.read(...request);
    },
  };
  const policy = { ...defaultPolicy, capacity: leaves(2 ** 35), egressCredit: 0 };
  await store.put(sector, sectorBytes);
  const withData = Object.values(dealsOf).flatMap(({ from, count, hasData }) =>
    hasData ? Array.from({ length: count }, (_, index) => dealIdOf(from + index)) : [],
  );
  for (const deal of withData) await journal.recordPending({ ...sector, deal, receivedAt: clock.now() });
  const kept = new Set(withData);
  const service = createService({
    settlement,
    store,
    journal,
    signer: createKeySigner(`0x${'77'.repeat(32)}`),
    clock,
    metrics: noMetrics,
    provider,
    policy,
    gate: createDealGate({ settlement, provider, clock, ttl: policy.authorizationTtl }),
    sectors: createSectorCache(store, policy.cacheBytes),
    till: createTill({ identity: settlement.identity, parameters: settlement.parameters, journal, locks, policy }),
    lost: { roots: new Set(), of: () => new Set(), healed: () => undefined },
    kept: () => kept,
    locks,
    sole: { ready: async () => undefined, refusal: () => undefined },
    onSigned: () => undefined,
  });
  const host = await createHost({ stack: tcpStack, peerKey: createPeerKey(), listen: ['/ip4/127.0.0.1/tcp/0'] });
  const server = await serveProvider(host, service, { limits });
  return {
    target: { peerId: host.peer, addresses: host.addresses() },
    server,
    reads: () => reads,
    stop: async () => {
      await server.stop();
      await host.stop();
    },
  };
};
