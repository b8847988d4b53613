import type { OpenRequest, Revision, SignedRevision } from '../core/market/deal.js';
import type { SectorRef } from '../core/data/data-set.js';
import type { SectorChange, TreeEdit } from '../core/data/edit-tree.js';
import type { NodeName, SectorTree } from '../core/data/sector-tree.js';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import type { Address, DealId, Hash, Leaves, Period, Signature, Wei } from '../core/units.js';
import type { Voucher } from '../core/market/voucher.js';
import type { DealDoubt, JournalFault } from './journal-faults.js';
import type { StoreFault } from './store-faults.js';

/** Some bytes of a sector. */
export interface SectorPart {
  readonly offset: number;
  readonly length: number;
}

/** What is known of a sector before its bytes are read. */
export interface SectorOutline {
  readonly leaves: Leaves;
  /** Roots of its stretches (`node/core/data/crown.ts`) as they were kept beside it, not checked; undefined if none were. */
  readonly crown: Uint8Array | undefined;
}

/**
 * Sectors of a provider, by root. Bytes are immutable: a root names one content for ever.
 */
export interface SectorStore {
  /** What was wrong at opening. */
  readonly faults: readonly StoreFault[];
  /** Bytes held in sectors; counted with every change. */
  readonly bytesUsed: number;
  /** Bytes of the disk that it can still take: what capacity and floor leave. */
  room(): Promise<number>;
  /** Bytes of the disk that a sector of so many leaves takes of the room. */
  cost(leaves: Leaves): number;
  /**
   * Takes a whole sector (`bytes`, a multiple of 32, whose root the caller has verified). Durable when it resolves: it
   * survives power loss. Storing a root again is a no-op. STORE_FULL, DISK_LOW and DISK_FULL leave nothing behind. SECTOR_CONFLICT
   * if the root is here with another count of leaves (trailing zero leaves can share a root: one root stands for one length).
   * `crown`, if it is given, is kept in the same write; a sector of one stretch needs none.
   */
  put(sector: SectorRef, bytes: Uint8Array, signal?: AbortSignal, crown?: Uint8Array): Promise<void>;
  /** Whether the sector is here, whole, by a look at its file. */
  has(root: Hash): Promise<boolean>;
  /** Which of the roots have no sector here, by what is remembered: no file is looked at, however many there are. */
  absent(roots: Iterable<Hash>): Promise<readonly Hash[]>;
  /** Reads no more than the crown. SECTOR_MISSING. */
  outline(root: Hash): Promise<SectorOutline>;
  /** Bytes of a sector, all or `part` of them, and reads no others; SECTOR_MISSING or SECTOR_CORRUPT (too short) otherwise. Nothing is recomputed. */
  read(root: Hash, part?: SectorPart, signal?: AbortSignal): Promise<Uint8Array>;
  /** Keeps the crown of a sector that came without, or in the place of a wrong one. Does nothing if the sector is missing. DISK_LOW and DISK_FULL. */
  keepCrown(root: Hash, crown: Uint8Array): Promise<void>;
  /**
   * Moves a sector whose bytes are wrong aside: it is missing then, and can be put again. What was moved goes with the next whole one. It needs
   * no room: on a full disk the sector is removed, and missing, whatever can be written down; whether it is after a restart is then to be found out anew.
   */
  quarantine(root: Hash): Promise<void>;
  /** Removes a sector, and what was moved aside of it; a missing one is no error. A power loss may bring it back. */
  delete(root: Hash): Promise<void>;
  /** All sectors here, in the order in which they were stored. */
  list(): AsyncIterable<SectorRef>;
  /** Does a bounded part of what keeps the store in order: holds what it remembers against the files, and fills holes; or one of both alone. */
  tend(only?: 'look' | 'fill'): Promise<Tended>;
  close(): Promise<void>;
}

/** What a part of tending found. */
export interface Tended {
  /** Sectors that were remembered and are not there: {@link SectorStore.absent} from here on. */
  readonly missing: readonly Hash[];
  /** Sectors that were met and whose bytes cannot be read, or are not those that were written: to be read again, and quarantined. */
  readonly unreadable: readonly Hash[];
  /** Whether all files were looked at once more. */
  readonly done: boolean;
  /** Whether a hole was filled: there may be more. */
  readonly filling: boolean;
}

/** A revision that both have signed, with the sectors it names. */
export interface ProviderRevision extends SignedRevision {
  readonly sectors: readonly SectorRef[];
}

/** How the sectors of a revision come of those of another one that is kept, or with number zero of none. */
export interface SectorGrowth {
  /** Number of that one. */
  readonly base: bigint;
  readonly change: SectorChange;
  /** What the change makes of its tree, the new nodes with the number of the revision for their version. */
  readonly edit: TreeEdit;
}

/** A revision to be recorded: its sectors, or how they come of those before. */
export interface NewRevision extends SignedRevision {
  readonly sectors: readonly SectorRef[] | SectorGrowth;
}

/** The sectors of kept revisions, as trees in nodes that revisions share. STORE_CORRUPT where a row is missing. */
export interface SectorLists {
  /** The set that revision `number` of `deal` names; undefined if it is not kept. */
  tree(deal: DealId, number: bigint): Promise<SectorTree | undefined>;
  /** A node of one of the deal's sets. */
  node(deal: DealId, name: NodeName): Promise<Uint8Array>;
  /** The sectors of a revision, in order; none if it is not kept. */
  sectors(deal: DealId, number: bigint): AsyncIterable<SectorRef>;
  /** How often revision `number` names `root`. Takes no longer the more sectors there are. */
  timesNamed(deal: DealId, number: bigint, root: Hash): Promise<number>;
}

/** What a provider remembers of a deal. */
export interface ProviderDeal {
  readonly id: DealId;
  /** Signed revisions that may still matter, oldest first: the one on chain and every newer one (the renter may post any). */
  readonly revisions: readonly SignedRevision[];
}

/** A sector received and not yet named by a signed revision. */
export interface PendingSector extends SectorRef {
  readonly deal: DealId;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/** What a provider knows of a deal's paid reads. */
export interface ProviderEgress {
  readonly deal: DealId;
  /** Bytes served; what was served since the last write is not in it. */
  readonly served: number;
  /** The highest voucher, and who signed it. */
  readonly voucher?: (Voucher & { readonly signer: Address }) | undefined;
}

/**
 * What a provider must never forget. Each method is one atomic, synchronous (fsynced) write; when it resolves, its effect
 * survives power loss; when it rejects, nothing changed.
 */
export interface ProviderJournal extends SectorLists {
  readonly identity: MarketIdentity;
  /** What was wrong at opening. */
  readonly faults: readonly JournalFault[];
  /** Deals in doubt. Nothing that a deal could need is deleted while there are any. */
  doubts(): readonly DealDoubt[];
  doubt(deal: DealId): DealDoubt | undefined;
  deal(id: DealId): Promise<ProviderDeal | undefined>;
  deals(): AsyncIterable<ProviderDeal>;
  /** How many deals have kept revisions, and how many of them one with data. */
  counts(): { readonly deals: number; readonly withData: number };
  /** Deals with a kept revision that is valid in `period` or later. Takes no longer the more others there are. */
  validFrom(period: Period): readonly ProviderDeal[];
  /** Records a received sector; one that waits already keeps its time. SECTOR_CONFLICT if its root is known with another count of leaves. */
  recordPending(sector: PendingSector): Promise<void>;
  /** Ordered by deals, then roots; those that come after `after` alone if it is given. */
  pending(after?: Pick<PendingSector, 'deal' | 'root'>): AsyncIterable<PendingSector>;
  /** Leaves of the sectors that are pending for `deal`, the one of root `except` not counted. Takes no longer the more there are. */
  pendingLeaves(deal: DealId, except: Hash): Promise<Leaves>;
  /** How many sectors are pending for `deal`. */
  pendingSectors(deal: DealId): Promise<number>;
  /** Whether the sector is pending for `deal`, or named by a kept revision of it. */
  holds(deal: DealId, root: Hash): Promise<boolean>;
  /** SECTOR_CONFLICT if the root is known with another count of leaves. */
  requireCount(sector: SectorRef): Promise<void>;
  /** Whether anything names the root: a pending sector or a kept revision, of whichever deal. Takes no longer the more there are. */
  names(root: Hash): Promise<boolean>;
  /** The deals that name the root, as above. */
  dealsNaming(root: Hash): Promise<readonly DealId[]>;
  /** Every root that a pending sector or a kept revision names, once for each deal that does, ordered by roots. */
  named(): AsyncIterable<SectorRef & { readonly deal: DealId }>;
  /**
   * Records a revision before its signature leaves, and takes the sectors it adds off the pending list: writes what changed.
   * REVISION_CONFLICT if this number, or a higher one, was signed with other content: one number is signed once. Recording the same revision again is a no-op. SECTOR_CONFLICT as above.
   * Each number is recorded twice, apart; JOURNAL_BEHIND if the other record knows more of the deal, unless this is the very revision it names.
   */
  recordSigned(signed: NewRevision): Promise<void>;
  /**
   * Takes a revision back that was lost, whatever was signed after it, or puts one in the place of a row that cannot be read. The caller has
   * checked that it was signed. SECTOR_CONFLICT.
   */
  restore(signed: ProviderRevision): Promise<void>;
  /**
   * The chain holds revision `number` of `deal`, finally: forgets every older one. Returns the roots that no kept revision and no pending row names
   * any more: their sectors may be deleted.
   */
  prune(deal: DealId, number: bigint): Promise<readonly Hash[]>;
  /** The deal is over, finally: forgets all its revisions and pending sectors. Returns roots as {@link ProviderJournal.prune}. */
  forgetDeal(deal: DealId): Promise<readonly Hash[]>;
  /** Forgets the revisions `numbers` of `deal`, lost ones too, which the chain never had and never will have. Returns roots as {@link ProviderJournal.prune}. */
  dropRevisions(deal: DealId, numbers: readonly bigint[]): Promise<readonly Hash[]>;
  /** Takes a pending sector off the list; true if nothing else names its root. */
  dropPending(deal: DealId, root: Hash): Promise<boolean>;
  /** Replaces what is known of a deal's paid reads; durable before bytes are served against it. It outlives the deal's revisions. */
  recordEgress(egress: ProviderEgress): Promise<void>;
  egress(deal: DealId): Promise<ProviderEgress | undefined>;
  egresses(): AsyncIterable<ProviderEgress>;
  forgetEgress(deal: DealId): Promise<void>;
  /** Leaves named by the newest revision of each deal plus pending ones, kept in the same batches as the rows. */
  leavesHeld(): Promise<Leaves>;
  close(): Promise<void>;
}

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
  /** Its first unpaid period before: a deal that still ends there is paid for once. */
  readonly from: Period;
  /** Token wei. */
  readonly amount: Wei;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A renter's memory; durability as in {@link ProviderJournal}. */
export interface Catalogue extends SectorLists {
  readonly identity: MarketIdentity;
  objects(): AsyncIterable<ObjectRecord>;
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
  /** Records what is about to be paid, in the place of what was recorded of the same deal and end. */
  putPayment(payment: RenewalPayment): Promise<void>;
  /** What was paid for renewals, in no order. */
  payments(): AsyncIterable<RenewalPayment>;
  dropPayment(payment: Pick<RenewalPayment, 'deal' | 'from'>): Promise<void>;
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
