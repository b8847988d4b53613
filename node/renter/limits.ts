import { SLAB_ROOM } from '../core/data/slab.js';

/** What a renter does at once, and how long it waits. */
export interface RenterLimits {
  /** Slabs read, coded and sent, or fetched, at once; each takes `slabRoom` of memory at most, and what is fetched k shards. Default 2. */
  readonly slabsInFlight: number;
  /** Bytes that all n shards of a slab take together at most: for a larger n sectors are smaller. Default 64 MiB. */
  readonly slabRoom: number;
  /** Small files that share a slab's sectors at most. Default 1,024. */
  readonly crateParts: number;
  /** Leaves of an object that a new deal has room for at most, a multiple of `stepLeaves`. Default 2^25, 1 GiB. */
  readonly dealLeaves: number;
  /**
   * Leaves of an object that each provider gets before a revision names them: its share of what a provider holds unsigned (1 GiB by default).
   * Default 2^23, 256 MiB.
   */
  readonly stepLeaves: number;
  /**
   * Leaves that a new deal has room for beside what is stored in it: for pages of the catalogue itself, which goes with it so that the wallet alone finds all
   * again. At 0 the catalogue is not kept in the deals, and whoever loses it loses all. Default 2,048, 64 KiB.
   */
  readonly pageLeaves: number;
  /** Such steps of which something is not on chain yet. Default 4. */
  readonly stepsInFlight: number;
  /** Bytes of small objects that lie side by side and are read at once. Default 4 MiB. */
  readonly neighbourBytes: number;
  /** Leaves that are asked for, paid and verified at once; 8,192 are 256 KiB. Default 8,192. */
  readonly rangeLeaves: number;
  /** Such ranges that are asked for and not yet here, per shard. Default 4. */
  readonly rangesInFlight: number;
  /** Shards asked for beyond the k that are needed, where each is one range at most and reading is free. Default 1. */
  readonly spareShards: number;
  /** Milliseconds in which nothing comes, or others are there already, after which one more shard is asked for, and again. Default 2,000. */
  readonly hedgeMilliseconds: number;
  /** Bytes that a voucher pays ahead of what was asked for. Default 1 MiB. */
  readonly egressStep: number;
  /**
   * Bytes that one provider may claim to have served unpaid, and take payment for without serving (a step for each read that fails),
   * before nothing more is paid to it in this run. Default 2 MiB.
   */
  readonly egressLoss: number;
  /** Candidates for new deals whose sheets are read at once, the cheapest first, until enough fit. Default 50. */
  readonly candidates: number;
  /** Deals whose providers are asked at once how they are, what they signed, or what they lost. Default 32. */
  readonly dealsAtOnce: number;
  /** Milliseconds a probe may take. Default 5,000. */
  readonly probeMilliseconds: number;
  /** Milliseconds in which one deal must have shown what it has of a share: whoever answers word by word holds up no reader. Default 120,000. */
  readonly lookMilliseconds: number;
  /** Lost sectors made anew for one deal in one round. Default 256, 1 GiB. */
  readonly healSectors: number;
  /** Bytes made anew for one deal in `healDays` beyond what it holds, before its provider is not believed any more. Default 64 MiB, 30 days. */
  readonly healSlack: number;
  readonly healDays: number;
  /** Periods that an authorization counts beyond the current one. Default 10. */
  readonly authorizationPeriods: number;
  /** Plaintext bytes of small files that are moved together in one round, out of crates with holes. Default 1 GiB. */
  readonly compactBytes: number;
  /** Revisions made in turn for one commit, each valid for two periods after its own. Default 2. */
  readonly commitAttempts: number;
}

export const defaultLimits: RenterLimits = {
  slabsInFlight: 2,
  slabRoom: SLAB_ROOM,
  crateParts: 1_024,
  dealLeaves: 1 << 25,
  stepLeaves: 1 << 23,
  pageLeaves: 2_048,
  stepsInFlight: 4,
  neighbourBytes: 1 << 22,
  rangeLeaves: 8_192,
  rangesInFlight: 4,
  spareShards: 1,
  hedgeMilliseconds: 2_000,
  egressStep: 1 << 20,
  egressLoss: 1 << 21,
  candidates: 50,
  dealsAtOnce: 32,
  probeMilliseconds: 5_000,
  lookMilliseconds: 120_000,
  healSectors: 256,
  healSlack: 1 << 26,
  healDays: 30,
  authorizationPeriods: 10,
  compactBytes: 1 << 30,
  commitAttempts: 2,
};
