/** Most bytes of payload in one frame; part of the protocol, equal on both sides. */
export const FRAME_BYTES = 256 * 1024;

/** How one exchange with a peer is bounded, on either side. */
export interface ExchangeLimits {
  /** Milliseconds a peer may take before its answer to a small request begins. Default 20,000. */
  readonly silenceMilliseconds: number;
  /** Milliseconds a peer may take to give or take one frame, or to make a sector durable. Default 60,000. */
  readonly frameMilliseconds: number;
  /** Milliseconds a finished stream waits for the other side to finish too. Default 5,000. */
  readonly lingerMilliseconds: number;
  /** Frames asked for and not yet here, per transfer. Default 4. */
  readonly framesInFlight: number;
  /** Most sectors one revision may add or take out. Default 16,384 (64 GiB). */
  readonly changedSectors: number;
  /** Most sectors of a deal that a listing may have. Default 262,144 (1 TiB). */
  readonly listedSectors: number;
}

export const exchangeLimits: ExchangeLimits = {
  silenceMilliseconds: 20_000,
  frameMilliseconds: 60_000,
  lingerMilliseconds: 5_000,
  framesInFlight: 4,
  changedSectors: 16_384,
  listedSectors: 262_144,
};

/** What one renter asks at once. Kept within what a provider serves by default; what is over waits here. */
export interface DialerLimits extends ExchangeLimits {
  /** Milliseconds to connect. Default 10,000. */
  readonly dialMilliseconds: number;
  /** Requests in hand per provider. Default 8. */
  readonly requestsPerProvider: number;
  /** Of these, sectors being sent, per provider. Default 2. */
  readonly uploadsPerProvider: number;
  /** Addresses tried per provider. Default 8. */
  readonly addressesPerProvider: number;
}

export const dialerLimits: DialerLimits = {
  ...exchangeLimits,
  dialMilliseconds: 10_000,
  requestsPerProvider: 8,
  uploadsPerProvider: 2,
  addressesPerProvider: 8,
};

/** What a provider serves at once; a request over the limit is refused with PEER_BUSY. */
export interface ServerLimits extends ExchangeLimits {
  /** Requests in hand, of all peers. Default 64. */
  readonly requests: number;
  /** Requests in hand per peer. Default 12. */
  readonly requestsPerPeer: number;
  /** Sectors being received (at most 4 MiB of memory each), of all peers. Default 16. */
  readonly uploads: number;
  /** Sectors being received per peer. Default 2. */
  readonly uploadsPerPeer: number;
  /** Revisions and listings in hand, of all peers. Default 8. */
  readonly listings: number;
  /** Revisions and listings in hand per peer. Default 2. */
  readonly listingsPerPeer: number;
  /** Milliseconds that a sector, revision or listing waits for its turn before PEER_BUSY. Default 10,000. */
  readonly turnMilliseconds: number;
}

export const serverLimits: ServerLimits = {
  ...exchangeLimits,
  requests: 64,
  requestsPerPeer: 12,
  uploads: 16,
  uploadsPerPeer: 2,
  listings: 8,
  listingsPerPeer: 2,
  turnMilliseconds: 10_000,
};

/** What a host lets in. */
export interface HostLimits {
  /** Connections, of all peers. Default 256. */
  readonly connections: number;
  /** Connections that one peer may open to us. Default 4. */
  readonly connectionsPerPeer: number;
  /** Connections that are not yet authenticated. Default 32. */
  readonly pendingConnections: number;
  /** Connections per second from one network address. Default 32. */
  readonly connectionsPerSecond: number;
  /** Streams that one connection may have open to us; one that opens more is broken off by the muxer. Default 32. */
  readonly streamsPerConnection: number;
}

export const hostLimits: HostLimits = {
  connections: 256,
  connectionsPerPeer: 4,
  pendingConnections: 32,
  connectionsPerSecond: 32,
  streamsPerConnection: 32,
};
