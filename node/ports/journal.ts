import type { SignedRevision } from '../core/market/deal.js';
import type { SectorRef } from '../core/data/data-set.js';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import type { Address, DealId, Hash, Leaves, Period } from '../core/units.js';
import type { Voucher } from '../core/market/voucher.js';
import type { DealDoubt, JournalFault } from './journal-faults.js';
import type { SectorGrowth, SectorLists } from './sector-lists.js';

/** A revision that both have signed, with the sectors it names. */
export interface ProviderRevision extends SignedRevision {
  readonly sectors: readonly SectorRef[];
}

/** A revision to be recorded: its sectors, or how they come of those before. */
export interface NewRevision extends SignedRevision {
  readonly sectors: readonly SectorRef[] | SectorGrowth;
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
