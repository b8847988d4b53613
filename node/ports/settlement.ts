import type {
  Ask,
  ChainHead,
  Challenge,
  Deal,
  MarketParameters,
  OpenRequest,
  ProviderRecord,
  ProviderSheet,
  SignedRevision,
} from '../core/market/deal.js';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import type { Address, BlockNumber, DealId, GasWei, Hash, Leaves, Period, Signature, Wei } from '../core/units.js';

/**
 * What one transaction does, as data: deciders return lists of these, `Settlement.submit` carries them out. One action is
 * one transaction.
 */
export type SettlementAction =
  | {
      readonly kind: 'register';
      readonly operator: Address;
      readonly peerId: string;
      readonly addresses: readonly string[];
      readonly ask: Ask;
      readonly lockLimit: Wei;
    }
  | { readonly kind: 'setOperator'; readonly operator: Address }
  | { readonly kind: 'setEndpoint'; readonly provider: Address; readonly peerId: string; readonly addresses: readonly string[] }
  | { readonly kind: 'setAsk'; readonly provider: Address; readonly ask: Ask }
  /** Lets the vault take at most `amount` token wei from this account. */
  | { readonly kind: 'approve'; readonly amount: Wei }
  | { readonly kind: 'stake'; readonly provider: Address; readonly amount: Wei }
  | { readonly kind: 'unstake'; readonly amount: Wei }
  /** Limits what revisions may lock of the stake of `provider`, whose owner alone may (R6). */
  | { readonly kind: 'setLockLimit'; readonly provider: Address; readonly limit: Wei }
  | { readonly kind: 'withdraw'; readonly amount: Wei; readonly to: Address }
  | { readonly kind: 'sync'; readonly provider: Address }
  | { readonly kind: 'prove'; readonly provider: Address; readonly period: Period; readonly samples: Uint8Array }
  | { readonly kind: 'open'; readonly requests: readonly OpenRequest[] }
  | { readonly kind: 'deposit'; readonly deal: DealId; readonly amount: Wei }
  /** Raises what later revisions and vouchers may reach: by the renter alone. */
  | {
      readonly kind: 'setBounds';
      readonly deal: DealId;
      readonly maxEnd: Period;
      readonly maxLeaves: Leaves;
      readonly maxEgress: Wei;
    }
  | { readonly kind: 'setSigner'; readonly deal: DealId; readonly signer: Address }
  | { readonly kind: 'leave'; readonly deal: DealId }
  | { readonly kind: 'cancel'; readonly deal: DealId }
  | { readonly kind: 'forfeit'; readonly deal: DealId }
  /** Has the deal proven with samples of the next period's seed, for a bond (R8). */
  | { readonly kind: 'challenge'; readonly deal: DealId }
  | { readonly kind: 'answer'; readonly deal: DealId; readonly samples: Uint8Array }
  /** Has the reward pool pay the provider's rewards of past epochs to its owner (R11). */
  | { readonly kind: 'claim'; readonly provider: Address; readonly epochs: readonly number[] }
  /** Carries out item by item; a failing item is skipped and comes back in `Receipt.failed` (R14). */
  | { readonly kind: 'batch'; readonly items: readonly BatchItem[] }
  /** Moves token wei of this account's own. */
  | { readonly kind: 'sendToken'; readonly to: Address; readonly amount: Wei }
  /** Moves the chain's own coin. */
  | { readonly kind: 'sendCoin'; readonly to: Address; readonly amount: GasWei }
  /** Draws from the token's faucet, where there is one. */
  | { readonly kind: 'drip' };

export type BatchItem =
  | { readonly kind: 'commit'; readonly signed: SignedRevision }
  | { readonly kind: 'close'; readonly deal: DealId }
  | { readonly kind: 'settle'; readonly deal: DealId }
  | { readonly kind: 'expire'; readonly deal: DealId }
  /** Answers a challenge (R8). */
  | { readonly kind: 'answer'; readonly deal: DealId; readonly samples: Uint8Array }
  /** Takes what a voucher over `amount` token wei, all egress of the deal so far, adds to those before it. */
  | { readonly kind: 'redeem'; readonly deal: DealId; readonly amount: Wei; readonly signature: Signature };

/** What became of a submitted action. A reverted transaction is an error, not a receipt. */
export interface Receipt {
  readonly hash: Hash;
  readonly block: BlockNumber;
  readonly blockHash: Hash;
  readonly gasUsed: bigint;
  readonly fee: GasWei;
  /** Events of our contracts in this transaction, in order. */
  readonly events: readonly MarketEvent[];
  /** For a batch: items that were skipped, by index, with the coded error each reverted with. */
  readonly failed: readonly { readonly index: number; readonly error: Error }[];
}

/** An event of our contracts, decoded: `name` as in the Solidity interfaces, arguments by name; bytes as hex, integers as bigint. */
export interface MarketEvent {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly block: BlockNumber;
  readonly blockHash: Hash;
  readonly transaction: Hash;
  readonly logIndex: number;
}

export interface SubmitOptions {
  /** `audit` goes before everything that waits in the queue. Default `normal`. */
  readonly priority?: 'audit' | 'normal';
  /** Give up with TRANSACTION_EXPIRED, never having sent or after the nonce was used otherwise, once this block is past. */
  readonly deadline?: BlockNumber;
  /**
   * Id of what is wanted, at most 256 characters: asked for again, also after a crash, the first is finished and its receipt
   * answers. INTENTION_CHANGED if the first did something else.
   */
  readonly intention?: string;
  readonly signal?: AbortSignal;
  /** Called once, when a node has taken the signed transaction, or may have. */
  readonly onSent?: () => void;
}

/** Balances of one account. */
export interface Balances {
  readonly coin: GasWei;
  readonly token: Wei;
  /** Credit inside the market, to be withdrawn. */
  readonly credit: Wei;
  /** What the vault may still take. */
  readonly allowance: Wei;
}

/** The chain as a renter or provider sees it. Every read is of the newest block unless it says otherwise. */
export interface SettlementReader {
  /** Whom it asks, for people. */
  readonly source: string;
  readonly identity: MarketIdentity;
  readonly parameters: MarketParameters;
  /** First block of period 1. */
  readonly genesisBlock: BlockNumber;
  /**
   * The same reads for decisions about money: with several RPCs, an answer is one on which two agree. They reject with
   * RPC_DISAGREES when those do not, and with RPC_UNREACHABLE when too few answer. The reader itself where one has to do.
   */
  readonly agreed: SettlementReader;
  head(signal?: AbortSignal): Promise<ChainHead>;
  /** New heads as they come, the current one first. A slow reader skips heads, never queues them. Ends when `signal` aborts. */
  heads(signal: AbortSignal): AsyncIterable<ChainHead>;
  /** Hash of block `block` on the current chain, or undefined if it does not exist yet. */
  blockHash(block: BlockNumber, signal?: AbortSignal): Promise<Hash | undefined>;
  /** Time of block `block`, seconds since 1970; undefined where there is none, or the RPC has forgotten it. */
  blockTime(block: BlockNumber, signal?: AbortSignal): Promise<number | undefined>;
  provider(provider: Address, signal?: AbortSignal): Promise<ProviderSheet | undefined>;
  /** All providers in order of registration. Cheap to ask again: kept up by events, where the chain is not in memory. */
  providerRecords(signal?: AbortSignal): Promise<readonly ProviderRecord[]>;
  /** Sheets in the order asked for; undefined for an address that never registered. */
  providerSheets(providers: readonly Address[], signal?: AbortSignal): Promise<readonly (ProviderSheet | undefined)[]>;
  /** Undefined for an id that no deal has. */
  deal(id: DealId, signal?: AbortSignal): Promise<Deal | undefined>;
  deals(ids: readonly DealId[], signal?: AbortSignal): Promise<readonly (Deal | undefined)[]>;
  /** As `deals`, but as a settlement now would leave them: rent due is taken, misses and a default are found. */
  dealsNow(ids: readonly DealId[], signal?: AbortSignal): Promise<readonly (Deal | undefined)[]>;
  /** Deals in the live sum tree of `provider`, with their slots. */
  treeOf(provider: Address, signal?: AbortSignal): Promise<readonly Deal[]>;
  /**
   * Ids of the deals that `account` opened as renter or was named in as provider, oldest first. LOGS_INCOMPLETE where the chain shows
   * that there are more than the logs tell of.
   */
  dealIdsOf(side: 'renter' | 'provider', account: Address, signal?: AbortSignal): Promise<readonly DealId[]>;
  /** Of these, those that the contracts name without a log: what logs leave out is there. Of deals of a renter opened by this program, all. */
  namedDealIdsOf(side: 'renter' | 'provider', account: Address, signal?: AbortSignal): Promise<readonly DealId[]>;
  /** The open challenge of a deal; undefined if there is none. */
  challengeOf(deal: DealId, signal?: AbortSignal): Promise<Challenge | undefined>;
  /** Bond, token wei, that the next challenge of `deal` takes: by its weight, and by what challenges its renter has open at the provider. */
  bondOf(deal: DealId, signal?: AbortSignal): Promise<Wei>;
  missesThrough(provider: Address, period: Period, signal?: AbortSignal): Promise<number>;
  /** The seed of `period`; rejects with SEED_UNAVAILABLE before S(p)+1 or when too old. */
  seed(period: Period, signal?: AbortSignal): Promise<Hash>;
  balances(account: Address, signal?: AbortSignal): Promise<Balances>;
  /** What the reward pool owes `provider` for each of `epochs`, token wei; zero once claimed. Of a running epoch, as of now (R11). */
  rewards(provider: Address, epochs: readonly number[], signal?: AbortSignal): Promise<readonly Wei[]>;
  /** Events from block `from` to `to`, both included, in order. */
  events(from: BlockNumber, to: BlockNumber, signal?: AbortSignal): Promise<readonly MarketEvent[]>;
}

/** A reader that can also act, with one account. */
export interface Settlement extends SettlementReader {
  readonly account: Address;
  /**
   * Carries `action` out: signs locally, records the signed transaction durably, sends it, replaces it when stuck, and
   * resolves once it is mined. Actions run in the order of submission, audits first. Never sends one action twice, not even
   * after a restart: the same action again finishes one that ended with nobody told. Rejects with a coded error when it would revert or did.
   */
  submit(action: SettlementAction, options?: SubmitOptions): Promise<Receipt>;
  /** Transactions of the account, mined since this client began, that somebody else signed with its key. */
  foreign(signal?: AbortSignal): Promise<number>;
  /** The most that a unit of gas costs in a transaction signed now, wei of the chain's coin. */
  feeCap(signal?: AbortSignal): Promise<GasWei>;
  /** Waits for the transaction in hand, takes no further one, and frees timers and sockets. */
  close(): Promise<void>;
}
