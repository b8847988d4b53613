import type { OpenRequest, Revision, SignedRevision } from '../core/market/deal.js';
import type { SectorRef } from '../core/data/data-set.js';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import type { Address, DealId, Hash, Leaves, Period, Signature, Wei } from '../core/units.js';
import type { CataloguePages, ChangeStamp, StampOf } from './catalogue-pages.js';
import type { CatalogueShares } from './catalogue-shares.js';
import type { SectorGrowth, SectorLists } from './sector-lists.js';
import type { UpkeepMemory } from './upkeep-memory.js';

/** Where one shard lies. */
export interface ShardPlacement {
  /** Index in the code, 0 … n−1; the first k are data. */
  readonly shard: number;
  readonly deal: DealId;
  readonly sector: SectorRef;
  /** Counts placements of this shard, so that keys are never used twice. */
  readonly attempt: number;
}

/** One slab of an object or of a crate, by its index in it. */
export interface SlabRecord {
  /** Plaintext bytes in this slab. */
  readonly length: number;
  /** SHA-256 of its plaintext. */
  readonly sha256: Hash;
  /** Of a slab in a crate, those of the crate's slab: its own are a part of them. */
  readonly shards: readonly ShardPlacement[];
  /** Undefined of a slab that has its sectors for itself. */
  readonly within?: CratePlace | undefined;
}

/** Where in a crate a slab lies. */
export interface CratePlace {
  readonly crate: string;
  /** Slab of the crate. */
  readonly slab: number;
  /** Leaves of each of its shards that come before. */
  readonly from: Leaves;
}

/** What lies in a slab of a crate: the only slab of an object, which may be deleted by now. */
export interface CratePart {
  readonly from: Leaves;
  /** Id of the object. */
  readonly object: string;
  /** Plaintext bytes. */
  readonly length: number;
}

/**
 * Sectors that the slabs of many small objects share: each is coded for itself, under its object's keys, and its shards are a part of the crate's.
 * Its slabs are placed, read, healed and moved like those of an object. It has no content of its own: the plaintext of its slab is k rows of what
 * the parts have in each data shard.
 */
export interface Crate {
  readonly state: 'crate';
  /** 16 random bytes as hex. */
  readonly id: string;
  /** For messages. */
  readonly name: string;
  readonly storedAt: number;
  readonly k: number;
  readonly n: number;
  /** One more than the last index of a slab. */
  readonly slabs: number;
}

/** What is known of an object beside its slabs, which have rows of their own. Holds no key and no content. */
interface ObjectFacts {
  /** 16 random bytes as hex: what its key is derived for. */
  readonly id: string;
  readonly name: string;
  /** Plaintext bytes; of one that is being placed, those of the slabs so far. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  readonly k: number;
  readonly n: number;
  /** How many slabs it has; of one that is being placed, so far. */
  readonly slabs: number;
  /** Names what it was made of, so that another put of the same continues it, or finds it stored: opaque text; undefined of a stream. */
  readonly origin?: string | undefined;
}

/** An object of which every revision that names a shard is on chain. */
export interface StoredObject extends ObjectFacts {
  readonly state: 'stored';
  /** SHA-256 of the plaintext. */
  readonly sha256: Hash;
}

/** An object that is being placed, or was when its put was broken off. */
export interface HalfDoneObject extends ObjectFacts {
  readonly state: 'placing';
  /** SHA-256 of the plaintext, once the source has ended. */
  readonly sha256?: Hash | undefined;
}

export type ObjectRecord = StoredObject | HalfDoneObject;

/** What slabs are of. */
export type SlabOwner = ObjectRecord | Crate;

/** An object of one slab that lies in a crate. */
export interface CratedObject {
  readonly object: ObjectRecord;
  readonly length: number;
  readonly sha256: Hash;
  readonly from: Leaves;
}

/** A small object on its way from one crate to another. */
export interface MovedPart {
  /** Its id. */
  readonly object: string;
  readonly former: CratePlace;
  /** Where it is to lie in the new slab. */
  readonly from: Leaves;
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
  /** Id of the object, or of the crate. */
  readonly owner: string;
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
  /** Whose deposit it is: the renter's own, or that of the session's key. */
  readonly account: Address;
  /** Whether nobody has been told yet that the chain holds it. */
  readonly open: boolean;
}

/** The newest change of one thing of a catalogue. Numbers grow with every change, and none is given twice. */
export type CatalogueChange = {
  readonly number: number;
  /** The change of another catalogue that it repeats, which is told by that one. */
  readonly by?: ChangeStamp | undefined;
} & (
  | { readonly kind: 'object'; readonly object: ObjectRecord }
  | { readonly kind: 'crate'; readonly crate: Crate }
  /** Slabs at or beyond the count of their owner are gone, and those of a crate in which nothing lies. Of a slab in a crate the shards are not told. */
  | { readonly kind: 'slab'; readonly owner: string; readonly index: number; readonly slab: SlabRecord }
  | { readonly kind: 'deal'; readonly deal: RenterDeal }
  /** The object or the crate of that id was deleted, with its slabs. */
  | { readonly kind: 'deleted'; readonly owner: string }
  /** What was deleted since is not all remembered: whoever follows drops what it has, and takes what comes now for the whole. */
  | { readonly kind: 'anew' }
);

/** A renter's memory; durability as in `ProviderJournal`. */
export interface Catalogue extends SectorLists, UpkeepMemory, CataloguePages, CatalogueShares {
  readonly identity: MarketIdentity;
  /** All objects, in no order, without a look at their slabs. */
  objects(): AsyncIterable<ObjectRecord>;
  /** Those that are being placed, in no order. Takes no longer the more others there are. */
  placing(): AsyncIterable<HalfDoneObject>;
  /** Those of this content. Takes no longer the more others there are. */
  withContent(sha256: Hash): AsyncIterable<ObjectRecord>;
  /** Those of this name, the oldest first. Takes no longer the more others there are. */
  named(name: string): AsyncIterable<ObjectRecord>;
  /** Those whose names lie in a folder, `photos` those that begin with `photos/`, in no order. Takes no longer the more others there are. */
  inFolder(folder: string): AsyncIterable<ObjectRecord>;
  /** By id or by name: the newest of that name that is stored, or else the newest that was begun. */
  object(idOrName: string): Promise<ObjectRecord | undefined>;
  /** The slabs of an object from index `from` on (default: all), in order, one in memory at a time. */
  slabs(id: string, from?: number): AsyncIterable<readonly [index: number, slab: SlabRecord]>;
  slab(id: string, index: number): Promise<SlabRecord | undefined>;
  /**
   * Replaces what is known of an object and the given slabs, undefined taking one away, in one write: nothing else of it is read or written, so a
   * slab costs the same whatever the object has. Who lowers `slabs` gives those beyond it as undefined.
   */
  putObject(object: ObjectRecord, slabs?: ReadonlyMap<number, SlabRecord | undefined>, stampOf?: StampOf): Promise<void>;
  /** Replaces slabs of an object or a crate, in one write: those that are still there, what was deleted meanwhile stays so. */
  moveSlabs(id: string, slabs: ReadonlyMap<number, SlabRecord>, stampOf?: StampOf): Promise<void>;
  /** Replaces what is known of many objects, without their slabs, in one write. */
  putObjects(objects: readonly ObjectRecord[], stampOf?: StampOf): Promise<void>;
  /**
   * Forgets an object, at once for who lists or looks it up; its slabs follow in bounded writes. Interrupted, that goes on with the next change. The
   * last part of a crate's slab takes that with it, and the last slab the crate. What another catalogue has deleted is remembered, there or not.
   */
  deleteObject(id: string, stampOf?: StampOf): Promise<void>;
  /** By id. */
  crate(id: string): Promise<Crate | undefined>;
  /**
   * Replaces what is known of a crate, of which the slabs never get fewer, and the given slabs, in one write with what lies in those that are new:
   * objects, and what is `gone` from there and keeps its place.
   */
  putCrate(
    crate: Crate,
    slabs: ReadonlyMap<number, SlabRecord>,
    crated?: ReadonlyMap<number, readonly CratedObject[]>,
    gone?: ReadonlyMap<number, readonly CratePart[]>,
    stampOf?: StampOf,
  ): Promise<void>;
  /** What lies in a slab of a crate, in order, deleted or not. */
  parts(crate: string, slab: number): AsyncIterable<CratePart>;
  /** Leaves of each shard of a crate's slab that objects which are not deleted have. */
  useOf(crate: string, slab: number): Promise<number>;
  /** All slabs of crates, with what of them is in use: leaves of each shard of objects that are not deleted. */
  crateUse(): AsyncIterable<{ readonly crate: string; readonly slab: number; readonly leaves: number }>;
  /** Slabs of crates of which not all is in use, in no order; of one that was begun by `beginMove`, nothing. Takes no longer the more others there are. */
  holedSlabs(): AsyncIterable<Pick<CratePlace, 'crate' | 'slab'>>;
  /** Puts a crate and a new slab of it with what is to lie there: as long as nobody adopts it, that lies where it was. */
  beginMove(crate: Crate, index: number, slab: SlabRecord, moving: readonly CratePart[]): Promise<void>;
  /** What of these still lies at its former place lies in the slab from now on, in one write: what was deleted meanwhile stays so. */
  adoptMoved(crate: string, slab: number, moved: readonly MovedPart[]): Promise<void>;
  /** Forgets a slab in which nothing lies, its sectors being freed; any other stays. */
  dropUnused(crate: string, slab: number): Promise<void>;
  /** Which shard a sector of a deal is; undefined if no object has it there. Takes no longer the more there are. */
  sectorPlace(deal: DealId, root: Hash): Promise<SectorPlace | undefined>;
  /** The shards that lie in a deal, in no order. */
  placesIn(deal: DealId): AsyncIterable<SectorPlace>;
  /** Whether any shard of any object lies in the deal. Takes no longer the more there are. */
  isUsed(deal: DealId): Promise<boolean>;
  /** The deals that any shard lies in, each once. Takes no longer the more shards there are. */
  usedDeals(): AsyncIterable<DealId>;
  /** The deals with sectors that were shards and are nothing's now, each once. Takes no longer the more is in use. */
  freedDeals(): AsyncIterable<DealId>;
  /**
   * Sectors of a deal that were shards of what was deleted or moved since, in no order: the deal may name them still. In one write with what frees
   * them; what is placed there again is freed no more.
   */
  freed(deal: DealId): AsyncIterable<SectorRef>;
  isFreed(deal: DealId, root: Hash): Promise<boolean>;
  /** Records sectors that a revision is about to name as freed, until they are placed: whoever is interrupted before leaves nothing that nobody knows of. */
  putFreed(shards: readonly ShardPlacement[]): Promise<void>;
  /** Once the chain holds that the deal does not name them. */
  forgetFreed(deal: DealId, roots: readonly Hash[]): Promise<void>;
  /**
   * What changed after number `after` (0: all there is), in the order of numbers: of each object, slab and deal the newest change alone, so never
   * more than there is. `anew` comes first where deletions since `after` are forgotten.
   */
  changes(after: number): AsyncIterable<CatalogueChange>;
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
