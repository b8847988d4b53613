import { identify } from '@libp2p/identify';
import type { Libp2p } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { createLibp2p, type Libp2pOptions } from 'libp2p';
import { hostLimits, type HostLimits } from './limits.js';
import { keyPairOf } from './peer-key.js';

export interface HostOptions {
  /** Seed of the ed25519 key whose peer id is on chain, 32 bytes. */
  readonly peerKey: Uint8Array;
  /** Multiaddrs to listen on; none for a host that only dials. */
  readonly listen?: readonly string[];
  /** Multiaddrs to tell others instead of those it listens on. */
  readonly announce?: readonly string[];
  readonly limits?: Partial<HostLimits>;
  /** Default TCP. */
  readonly transports?: NonNullable<Libp2pOptions['transports']>;
}

/** A libp2p node that speaks noise and yamux. */
export interface Host {
  /** Peer id in text form. */
  readonly peer: string;
  /** Multiaddrs it can be reached at, with its peer id. */
  addresses(): string[];
  readonly node: Libp2p;
  stop(): Promise<void>;
}

/** The muxer's window: four frames, so that it never holds less than what is in flight nor much more. */
const STREAM_WINDOW_BYTES = 1 << 20;
/** Longer than any deadline of ours: dials are bounded by those who ask for them. */
const DIAL_MILLISECONDS = 120_000;

export const createHost = async ({
  peerKey,
  listen = [],
  announce = [],
  limits: given,
  transports = [tcp()],
}: HostOptions): Promise<Host> => {
  const limits: HostLimits = { ...hostLimits, ...given };
  const node: Libp2p = await createLibp2p({
    privateKey: await keyPairOf(peerKey),
    addresses: { listen: [...listen], announce: [...announce] },
    transports,
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        maxInboundStreams: limits.streamsPerConnection,
        // Streams that come before the connection is set up count separately, and one too many ends the connection.
        maxEarlyStreams: limits.streamsPerConnection,
        streamOptions: { maxStreamWindowSize: STREAM_WINDOW_BYTES },
      }),
    ],
    services: { identify: identify() },
    connectionManager: {
      maxConnections: limits.connections,
      maxIncomingPendingConnections: limits.pendingConnections,
      inboundConnectionThreshold: limits.connectionsPerSecond,
      dialTimeout: DIAL_MILLISECONDS,
    },
    // A slow peer's pings wait behind its data: silence is judged by our own deadlines.
    connectionMonitor: { enabled: false },
    connectionGater: {
      denyInboundUpgradedConnection: (peerId) =>
        node.getConnections(peerId).filter(({ direction }) => direction === 'inbound').length >= limits.connectionsPerPeer,
    },
  });
  return {
    peer: node.peerId.toString(),
    addresses: () => node.getMultiaddrs().map((address) => address.toString()),
    node,
    stop: async () => {
      await node.stop();
    },
  };
};
