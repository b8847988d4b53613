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
  /** Of these, sectors being read, per provider: fewer, since paying for a read may take a request of its own. Default 4. */
  readonly readsPerProvider: number;
  /** Addresses tried per provider. Default 8. */
  readonly addressesPerProvider: number;
}

export const dialerLimits: DialerLimits = {
  ...exchangeLimits,
  dialMilliseconds: 10_000,
  requestsPerProvider: 8,
  uploadsPerProvider: 2,
  readsPerProvider: 4,
  addressesPerProvider: 8,
};

/** How requests are heard of which nobody knows yet who asks. */
export interface ReadingLimits {
  /** Requests being heard, of all strangers; over it, one from where the most are loses its connection. Default 256. */
  readonly readings: number;
  /** Requests being heard per peer. Default 12. */
  readonly readingsPerPeer: number;
  /** Requests being heard of strangers from one IPv4 address or IPv6 /64. Default 64. */
  readonly readingsPerAddress: number;
  /** Requests being heard of strangers from one IPv4 /24 or IPv6 /48. Default 128. */
  readonly readingsPerRange: number;
  /** Milliseconds in which a stranger's request must be here whole. Default 5,000. */
  readonly readingMilliseconds: number;
  /** Strangers' requests looked at in a second. Default 100. */
  readonly strangersPerSecond: number;
  /** Strangers’ requests being looked at. Default 32. */
  readonly strangersInside: number;
  /** Failed requests, at once and in a second, after which a stranger's address, or an acquaintance, loses its connection. Default 64, 1. */
  readonly failures: number;
  readonly failuresPerSecond: number;
}

/** What a provider serves at once to those who speak for a deal; over it they wait, then they are refused with PEER_BUSY. */
export interface ServerLimits extends ExchangeLimits, ReadingLimits {
  /** Requests in hand, of all deals. Default 64. */
  readonly requests: number;
  /** Requests in hand per deal. Default 12. */
  readonly requestsPerDeal: number;
  /** Sectors being received (at most 4 MiB of memory each), of all deals. Default 16. */
  readonly uploads: number;
  /** Sectors being received per deal. Default 2. */
  readonly uploadsPerDeal: number;
  /** Revisions and listings in hand, of all deals. Default 8. */
  readonly listings: number;
  /** Revisions and listings in hand per deal. Default 2. */
  readonly listingsPerDeal: number;
  /** The share of these places that is kept for deals with data. Default 0.5. */
  readonly reservedShare: number;
  /** Requests that wait for places of one kind. Default 128. */
  readonly waiting: number;
  /** Of these, per deal. Default 16. */
  readonly waitingPerDeal: number;
  /** Milliseconds that a request waits for its turn before PEER_BUSY. Default 10,000. */
  readonly turnMilliseconds: number;
  /** Milliseconds for which a place is safe from others who wait. Default 30,000. */
  readonly holdMilliseconds: number;
}

export const serverLimits: ServerLimits = {
  ...exchangeLimits,
  readings: 256,
  readingsPerPeer: 12,
  readingsPerAddress: 64,
  readingsPerRange: 128,
  readingMilliseconds: 5_000,
  strangersPerSecond: 100,
  strangersInside: 32,
  failures: 64,
  failuresPerSecond: 1,
  requests: 64,
  requestsPerDeal: 12,
  uploads: 16,
  uploadsPerDeal: 2,
  listings: 8,
  listingsPerDeal: 2,
  reservedShare: 0.5,
  waiting: 128,
  waitingPerDeal: 16,
  turnMilliseconds: 10_000,
  holdMilliseconds: 30_000,
};

/** What a host lets in. When it is full, strangers go, never a peer that speaks for a deal with data. */
export interface HostLimits {
  /** Connections that peers may have opened to us, of all peers. Default 1,024. */
  readonly connections: number;
  /** Of these, per peer: the oldest idle one of its own goes. Default 4. */
  readonly connectionsPerPeer: number;
  /** Of these, of strangers from one IPv4 address or IPv6 /64. Default 64. */
  readonly connectionsPerAddress: number;
  /** Of these, of strangers from one IPv4 /24 or IPv6 /48. Default 128. */
  readonly connectionsPerRange: number;
  /** Connections whose handshake is under way: more than begin while one may take, so that slow ones hold up nobody. Default 128. */
  readonly pendingConnections: number;
  /** Handshakes begun in a second, and at once after a quiet time. Default 16 and 32. */
  readonly handshakesPerSecond: number;
  readonly handshakesAtOnce: number;
  /** Connections that wait for their handshake, from where the fewest came lately first. Default 512. */
  readonly waitingConnections: number;
  /** Of these, from one IPv4 address or IPv6 /64. Default 64. */
  readonly pendingPerAddress: number;
  /** Milliseconds that a connection waits for its handshake, and then that this may take. Default 5,000. */
  readonly handshakeMilliseconds: number;
  /** Bytes that a stranger may send over one connection, at once and in a second. Default 65,536 and 1,024. */
  readonly strangerBytes: number;
  readonly strangerBytesPerSecond: number;
  /** Streams that one connection may have open to us; one that opens more is broken off by the muxer. Default 32. */
  readonly streamsPerConnection: number;
}

export const hostLimits: HostLimits = {
  connections: 1_024,
  connectionsPerPeer: 4,
  connectionsPerAddress: 64,
  connectionsPerRange: 128,
  pendingConnections: 128,
  handshakesPerSecond: 16,
  handshakesAtOnce: 32,
  waitingConnections: 512,
  pendingPerAddress: 64,
  handshakeMilliseconds: 5_000,
  strangerBytes: 65_536,
  strangerBytesPerSecond: 1_024,
  streamsPerConnection: 32,
};

/** Whom a host takes for acquaintances: peers that lately spoke for a deal. */
export const acquaintanceLimits = {
  /** Deals remembered at once. */
  deals: 4_096,
  /** Peers of one deal remembered at once. */
  peersPerDeal: 8,
  /** Milliseconds without a request after which a peer is a stranger again. */
  milliseconds: 1_800_000,
} as const;
