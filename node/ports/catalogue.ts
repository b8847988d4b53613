import type { OpenRequest, Revision, SignedRevision } from '../core/market/deal.js';
import type { SectorRef } from '../core/data/data-set.js';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import type { Address, DealId, Hash, Period, Signature, Wei } from '../core/units.js';
import type { SectorGrowth, SectorLists } from './sector-lists.js';

/** Where one shard lies. */
export interface ShardPlacement {
  /** Index in the code, 0 … n−1; the first k are data. */
  readonly shard: number;
  readonly deal: DealId;
  readonly sector: SectorRef;
  /** Counts placements of this shard, so that keys are never used twice. */
  readonly attempt: number;
}

export interface SlabRecord {
  /** Plaintext bytes in this slab. */
  readonly length: number;
  readonly shards: readonly ShardPlacement[];
}

/** A stored object. Holds no key and no content. */
export interface ObjectRecord {
  /** 16 random bytes as hex, part of every shard's key. */
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of the plaintext. */
  readonly sha256: Hash;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  readonly k: number;
  readonly n: number;
  /** `placing` until every revision that names it is on chain. */
  readonly state: 'placing' | 'stored';
  readonly slabs: readonly SlabRecord[];
}

/** What a renter remembers of a deal. */
export interface RenterDeal {
  readonly id: DealId;
  readonly provider: Address;
  /** Newest revision that both have signed and that can be built on, undefined before the first. */
  readonly current?: SignedRevision;
  /** A revision this side signed and the other has not answered yet: it is retried verbatim before another is made. `base` is the number of that it comes of. */
  readonly proposed?: { readonly revision: Revision; readonly renterSignature: Signature; readonly base: bigint };
  /** Highest number that this side has signed, where that is neither: it is not used again. */
  readonly spent?: bigint;
}

/** Sectors that a catalogue takes in with a record: those of the revision of that number, or how they come of those of another one. */
export interface NewList {
  readonly number: bigint;
  readonly sectors: readonly SectorRef[] | SectorGrowth;
}

/** Which shard a sector is. */
export interface SectorPlace {
  /** Id of the object. */
  readonly object: string;
  readonly slab: number;
  readonly shard: number;
}

/** How far the sectors of a deal that its provider lost were made anew. */
export interface DealHealing {
  readonly deal: DealId;
  /** Root after which the provider is asked next time. */
  readonly after: Hash;
  /** Milliseconds since 1970 from which `bytes` counts. */
  readonly since: number;
  /** Bytes of sectors made anew since then. */
  readonly bytes: number;
  /** How often, and when last (milliseconds since 1970), the provider did not take what was made anew for it. */
  readonly refused?: { readonly times: number; readonly at: number } | undefined;
}

/** What was paid into a deal so that it lasts longer. */
export interface RenewalPayment {
  readonly deal: DealId;
  /** Its first unpaid period before. */
  readonly from: Period;
  /** Token wei. */
  readonly amount: Wei;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether nobody has been told yet that the chain holds it. */
  readonly open: boolean;
}

/** A renter's memory; durability as in `ProviderJournal`. */
export interface Catalogue extends SectorLists {
  readonly identity: MarketIdentity;
  objects(): AsyncIterable<ObjectRecord>;
  /** Those of this content. Takes no longer the more others there are. */
  withContent(sha256: Hash): AsyncIterable<ObjectRecord>;
  /** By id or by name (the newest of that name). */
  object(idOrName: string): Promise<ObjectRecord | undefined>;
  putObject(object: ObjectRecord): Promise<void>;
  deleteObject(id: string): Promise<void>;
  /** Which shard a sector of a deal is; undefined if no object has it there. Takes no longer the more there are. */
  sectorPlace(deal: DealId, root: Hash): Promise<SectorPlace | undefined>;
  /** Whether any shard of any object lies in the deal. Takes no longer the more there are. */
  isUsed(deal: DealId): Promise<boolean>;
  deals(): AsyncIterable<RenterDeal>;
  deal(id: DealId): Promise<RenterDeal | undefined>;
  /** Replaces a record, in one write with the sectors of a revision that is new in it; those of revisions that it does not name any more are dropped. */
  putDeal(deal: RenterDeal, list?: NewList): Promise<void>;
  /** Records what is about to be paid, or was; the same amount for the same deal and end is recorded once. */
  putPayment(payment: RenewalPayment): Promise<void>;
  /** What was paid for renewals, in no order. */
  payments(): AsyncIterable<RenewalPayment>;
  dropPayment(payment: Pick<RenewalPayment, 'deal' | 'from' | 'amount'>): Promise<void>;
  putHealing(healing: DealHealing): Promise<void>;
  healing(deal: DealId): Promise<DealHealing | undefined>;
  /** Records the highest amount that was promised for reads of a deal, before the voucher leaves. A lower one changes nothing. */
  putPromised(deal: DealId, amount: Wei): Promise<void>;
  /** Token wei promised for reads of the deal so far. */
  promised(deal: DealId): Promise<Wei>;
  /** Replaces the list of deals that were asked for and may not be on chain yet: an interrupted open is retried verbatim. */
  putOpenings(requests: readonly OpenRequest[]): Promise<void>;
  openings(): Promise<readonly OpenRequest[]>;
  close(): Promise<void>;
}
