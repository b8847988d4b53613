import type { Ask, Revision, SignedRevision } from '../core/market/deal.js';
import type { SectorRef } from '../core/data/data-set.js';
import type { Address, DealId, Hash, Leaves, Period, Signature } from '../core/units.js';
import type { Grant } from '../core/keys/grant.js';
import type { Voucher } from '../core/market/voucher.js';

/** What a provider says of itself right now. */
export interface Terms {
  readonly provider: Address;
  readonly ask: Ask;
  /** Leaves it can still take. */
  readonly freeLeaves: Leaves;
  /** Deals that it can still take, beside those whose data it has: it must be able to answer a challenge of each (R8). */
  readonly freeDeals: number;
  /** The smallest revision it co-signs, leaves (a dust deal is dear to lose). */
  readonly minLeaves: Leaves;
}

/**
 * Proof that a connected peer may speak for a deal: the deal's signer signed (deal, peer id, expiry). Checked by the
 * provider against the chain before anything is stored or read.
 */
export interface Authorization {
  readonly deal: DealId;
  /** libp2p peer id of the renter's end, text form. */
  readonly peer: string;
  /** Last period in which it counts. */
  readonly expires: Period;
  readonly signature: Signature;
  /** Where somebody else than the deal's signer signed: that the signer lets that reader read. */
  readonly grant?: Grant | undefined;
}

/** Leaves `from … from+count−1` of a sector, with the boundary siblings that tie them to its root. */
export interface LeafRange {
  readonly bytes: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** A range of leaves that is asked for of a sector. */
export interface AskedRange extends Omit<ReadRequest, 'root'> {
  /** Whether no other is asked for after it. */
  readonly last: boolean;
  /** Where its bytes may be put as they come, as many as it has: who reads puts them there else. */
  readonly into?: Uint8Array | undefined;
}

/** Ranges of one sector that are read one after the other. */
export interface RangeReader {
  readonly root: Hash;
  /** Ranges that are asked for and not yet taken, at most; at least one. */
  readonly inFlight: number;
  /** What to ask for next, called until that is the last. What it rejects with ends the reading. */
  next(): Promise<AskedRange>;
  /** What came for a range, in the order in which they were asked for. What it throws ends the reading. */
  take(range: AskedRange, answer: LeafRange): void;
}

/** How far a provider says that reads of a deal have come. */
export interface EgressState {
  /** Bytes served so far. */
  readonly served: number;
  /** The highest voucher that it holds. */
  readonly voucher?: Voucher | undefined;
}

/** Which part of a deal's lost sectors is asked for. */
export interface LostRange {
  /** Only greater roots are named. */
  readonly after: Hash;
  /** Roots named at most. */
  readonly most: number;
}

/** Sectors that a provider holds for a deal and lacks. */
export interface LostPage {
  /** Ascending. */
  readonly roots: readonly Hash[];
  /** After which root to ask on; undefined at the end. */
  readonly next: Hash | undefined;
}

/** Where the bytes of a sector come from: the receiver pulls ranges (at most 256 KiB each) as it has room. */
export interface SectorSource {
  readonly sector: SectorRef;
  read(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array>;
}

/**
 * What a renter can ask of one provider. Answers come from a stranger: the caller verifies roots, proofs and signatures.
 * Rejections: PEER_UNREACHABLE, PEER_SILENT (deadline), PEER_MISBEHAVED (breaks the protocol), PEER_REFUSED (its coded reason).
 */
export interface ProviderLink {
  terms(signal?: AbortSignal): Promise<Terms>;
  /** Resolves when the provider says that the sector is durable. */
  writeSector(authorization: Authorization, source: SectorSource, signal?: AbortSignal): Promise<void>;
  /** Asks for the provider's signature. `sectors` is what changed: see `RevisionChange`. Idempotent for one revision. */
  signRevision(authorization: Authorization, request: SignRequest, signal?: AbortSignal): Promise<Signature>;
  /** Reads ranges of at most 256 KiB of one sector; resolves once the last one was taken. Whoever reads verifies them. */
  readLeaves(authorization: Authorization, reader: RangeReader, signal?: AbortSignal): Promise<void>;
  /** What was read of the deal and how it was paid, by the provider's count. */
  egress(authorization: Authorization, signal?: AbortSignal): Promise<EgressState>;
  /** The newest revision that the provider holds with both signatures, and its sectors, or undefined before the first. */
  listSectors(
    authorization: Authorization,
    signal?: AbortSignal,
  ): Promise<{ readonly signed: SignedRevision; readonly sectors: readonly SectorRef[] } | undefined>;
  /** What the provider says that it lacks of the deal: a sector that is written again is whole again. */
  lostSectors(authorization: Authorization, range: LostRange, signal?: AbortSignal): Promise<LostPage>;
  close(): Promise<void>;
}

/** What a revision does to the sectors of the one before it. */
export interface RevisionChange {
  /** Indices of sectors to take out, ascending. The others keep their order. */
  readonly remove: readonly number[];
  /** Sectors to add at the end. */
  readonly append: readonly SectorRef[];
}

export interface SignRequest {
  readonly revision: Revision;
  /** Number of the revision that `change` starts from; zero for none. */
  readonly base: bigint;
  /** Its root, as the renter has it; renters of the version before name none. */
  readonly baseRoot?: Hash | undefined;
  readonly change: RevisionChange;
  readonly renterSignature: Signature;
}

export interface ReadRequest {
  readonly root: Hash;
  readonly from: Leaves;
  readonly count: Leaves;
  /** Pays for all reads of the deal so far and this one, where its egress has a price. */
  readonly voucher?: Voucher | undefined;
}

/** How a renter reaches providers. */
export interface Dialer {
  /** Text form of this end's peer id, which authorizations name. */
  readonly peer: string;
  dial(provider: { readonly peerId: string; readonly addresses: readonly string[] }, signal?: AbortSignal): Promise<ProviderLink>;
}

/** What somebody with an accepted {@link Authorization} may count on. */
export interface Admission {
  readonly deal: DealId;
  /** Whether the provider keeps data for the deal, and so is paid for it. */
  readonly hasData: boolean;
}

/**
 * What a provider answers, called by the transport with the peer id that the connection proved. Same verbs as
 * {@link ProviderLink}, leaves being asked for range by range; a coded rejection travels back as PEER_REFUSED, any other as INTERNAL without its text.
 */
export interface ProviderService {
  terms(peer: string, signal: AbortSignal): Promise<Terms>;
  /** Called before anything scarce is taken for a request: rejects what does not speak for a deal. The verbs check again. */
  authorize(peer: string, authorization: Authorization, signal: AbortSignal): Promise<Admission>;
  /** Called before any byte is pulled: rejects what must not be stored. */
  admitSector(peer: string, authorization: Authorization, sector: SectorRef, signal: AbortSignal): Promise<'wanted' | 'have'>;
  /** Called with the whole sector; verifies the root and makes it durable. The bytes are the caller's again once this has ended. */
  storeSector(peer: string, authorization: Authorization, sector: SectorRef, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  signRevision(peer: string, authorization: Authorization, request: SignRequest, signal: AbortSignal): Promise<Signature>;
  readLeaves(peer: string, authorization: Authorization, request: ReadRequest, signal: AbortSignal): Promise<LeafRange>;
  egress(peer: string, authorization: Authorization, signal: AbortSignal): Promise<EgressState>;
  /** As {@link ProviderLink.listSectors}; the sectors are given one after the other, as the renter takes them. */
  listSectors(
    peer: string,
    authorization: Authorization,
    signal: AbortSignal,
  ): Promise<{ readonly signed: SignedRevision; readonly sectors: AsyncIterable<SectorRef> | Iterable<SectorRef> } | undefined>;
  lostSectors(peer: string, authorization: Authorization, range: LostRange, signal: AbortSignal): Promise<LostPage>;
}
