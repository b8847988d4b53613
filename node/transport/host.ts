import { identify } from '@libp2p/identify';
import type { Libp2p } from '@libp2p/interface';
import { createLibp2p, type Libp2pOptions } from 'libp2p';
import { noMetrics } from '../core/metrics/no-metrics.js';
import type { Metrics } from '../ports/metrics.js';
import { createAcquaintances, type Acquaintances } from './door/acquaintances.js';
import { createDoorkeeper } from './doorkeeper.js';
import { acquaintanceLimits, hostLimits, type HostLimits } from './limits.js';
import { listenFailure } from './listen-failure.js';
import { keyPairOf } from './peer-key.js';

/** What carries connections, what encrypts them, and what keeps their streams apart. */
export type HostStack = Required<Pick<Libp2pOptions, 'transports' | 'connectionEncrypters' | 'streamMuxers'>>;

/** The stack of a host with such limits; its muxer holds the one on streams. */
export type StackOf = (limits: HostLimits) => HostStack;

export interface HostOptions {
  readonly stack: StackOf;
  /** Seed of the ed25519 key whose peer id is on chain, 32 bytes. */
  readonly peerKey: Uint8Array;
  /** Multiaddrs to listen on; none for a host that only dials. */
  readonly listen?: readonly string[];
  /** Multiaddrs to tell others instead of those it listens on. */
  readonly announce?: readonly string[];
  readonly limits?: Partial<HostLimits>;
  /** Default: nobody counts. */
  readonly metrics?: Metrics;
}

/** A libp2p node. */
export interface Host {
  /** Peer id in text form. */
  readonly peer: string;
  /** Multiaddrs it can be reached at, with its peer id. */
  addresses(): string[];
  readonly node: Libp2p;
  /** Peers that speak for a deal: they are never sent away for strangers. */
  readonly acquaintances: Acquaintances;
  stop(): Promise<void>;
}

/** Longer than any deadline of ours: dials are bounded by those who ask for them. */
const DIAL_MILLISECONDS = 120_000;
/** In which a stream that was opened to us must say what it is for. */
const NEGOTIATION_MILLISECONDS = 5_000;

/** A host that listens, or only dials. LISTEN_FAILED. */
export const createHost = async ({
  stack,
  peerKey,
  listen = [],
  announce = [],
  limits: given,
  metrics = noMetrics,
}: HostOptions): Promise<Host> => {
  const limits: HostLimits = { ...hostLimits, ...given };
  const acquaintances = createAcquaintances(acquaintanceLimits);
  const doorkeeper = createDoorkeeper(limits, acquaintances);
  const privateKey = await keyPairOf(peerKey);
  const node: Libp2p = await createLibp2p({
    privateKey,
    addresses: { listen: [...listen], announce: [...announce] },
    ...stack(limits),
    // Whoever asks is told. We need to know of nobody more than its peer id, and open no stream to strangers: on a connection that goes
    // in the same moment, yamux would throw where nobody catches it.
    services: { identify: identify({ runOnConnectionOpen: false }) },
    connectionManager: {
      // The doorkeeper makes room for newcomers where libp2p would refuse them.
      maxConnections: Infinity,
      maxIncomingPendingConnections: Infinity,
      inboundConnectionThreshold: Infinity,
      inboundUpgradeTimeout: 2 * limits.handshakeMilliseconds,
      inboundStreamProtocolNegotiationTimeout: NEGOTIATION_MILLISECONDS,
      dialTimeout: DIAL_MILLISECONDS,
    },
    // A slow peer's pings wait behind its data: silence is judged by our own deadlines.
    connectionMonitor: { enabled: false },
    connectionGater: doorkeeper.gater,
  }).catch((error: unknown) => {
    throw listen.length === 0 ? error : listenFailure(listen, error);
  });
  doorkeeper.watch(node);
  const tellConnections = (): void => metrics.set('holdfast_connections', node.getConnections().length);
  node.addEventListener('connection:open', tellConnections);
  node.addEventListener('connection:close', tellConnections);
  return {
    peer: node.peerId.toString(),
    addresses: () => node.getMultiaddrs().map((address) => address.toString()),
    node,
    acquaintances,
    stop: async () => {
      await node.stop();
    },
  };
};
