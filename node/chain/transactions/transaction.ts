import type { SigningKey, TransactionReceipt } from 'ethers';
import type { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Address } from '../../core/units.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Log } from '../../ports/world.js';
import type { Rpc } from '../rpc/rpc.js';
import type { Clearance } from './clearance.js';
import type { FeePolicy } from './fees.js';
import type { ForeignUses } from './foreign-uses.js';
import type { Search } from './find-use.js';
import { callOf, flightOf, type Flight } from './flight.js';
import type { TransactionJournal, TransactionRecord } from './journal.js';
import type { SecondLook } from './sighting.js';
import type { Call } from './signing.js';
import type { TransactionRequest } from './request.js';

/** What all transactions of one account share. */
export interface Deck {
  readonly rpc: Rpc;
  readonly key: SigningKey;
  readonly account: Address;
  readonly journal: TransactionJournal;
  readonly confirmations: number;
  readonly stuckBlocks: number;
  readonly fees: FeePolicy;
  readonly log: Log | undefined;
  readonly metrics: Metrics;
  readonly foreign: ForeignUses;
  /** Has the queue look again. */
  readonly wake: () => void;
  /** Nonce of the account's newest transaction that is known to be mined, also to an earlier process; none where nothing is known. */
  readonly newestUsed: { nonce?: number };
  /** Transactions of the account that are mined, by the last look at something that is not; none where all is. */
  readonly absence: { used?: number };
}

/** Nothing is signed. */
export interface Waiting {
  readonly kind: 'waiting';
  clearance?: Clearance;
}

/** Signed, on disk, and perhaps in the hands of nodes: it is followed until it is proven over. */
export type Aloft =
  /** On disk, and not handed to any node by this process. `isFresh`: nor by an earlier one. */
  | { readonly kind: 'signed'; readonly flight: Flight; readonly isFresh: boolean }
  /** Some node may have it. */
  | {
      readonly kind: 'flying';
      readonly flight: Flight;
      /** Head when the last attempt was handed over first. */
      readonly since: number;
      /** When a node was last handed it: head, and milliseconds since 1970. */
      readonly handed: { readonly head: number; readonly at: number };
      /** Whether a node has said that it has it. */
      readonly isTaken: boolean;
    }
  /** Every node that was handed the only attempt has refused it for good. */
  | { readonly kind: 'refused'; readonly flight: Flight; readonly error: HoldfastError }
  /** Its nonce is used, and nobody shows by which transaction. */
  | {
      readonly kind: 'unknown';
      readonly flight: Flight;
      readonly since: { readonly head: number; readonly at: number };
      readonly isTold: boolean;
    };

/** Mined, and kept: whoever asks for the same is answered with it. */
export interface Done {
  readonly kind: 'done';
  readonly flight: Flight;
  readonly block: number;
}

export type Life = Waiting | Aloft | Done;

/** How a flight that is over ended. */
export type Ending =
  | { readonly kind: 'mined'; readonly receipt: TransactionReceipt }
  | { readonly kind: 'cancelled'; readonly receipt: TransactionReceipt }
  /** Another transaction of the account was mined under its nonce. */
  | { readonly kind: 'foreign'; readonly hash: string }
  | { readonly kind: 'refused'; readonly error: HoldfastError };

/** What is wanted, apart from what it does on chain. */
export interface Terms {
  readonly action: string;
  readonly priority: 'audit' | 'normal';
  /** Last block in which it should be mined. */
  readonly deadline: number | null;
  /** The id under which it is wanted; null without one. */
  readonly intention: string | null;
  /** Whether it does no harm twice. */
  readonly repeatable: boolean;
}

export interface Waiter extends PromiseWithResolvers<TransactionReceipt> {
  /** Called once, when a node has taken it, or may have. */
  onSent?: (() => void) | undefined;
}

/** One thing wanted of the chain, by whoever waits for it or by an earlier process. */
export interface Transaction {
  readonly call: Call;
  /** Those who are told how it ends. */
  readonly waiters: Set<Waiter>;
  terms: Terms;
  life: Life;
  /** Whether its end was counted: it may be looked up again. */
  isCounted: boolean;
  /** How far the search for what used its nonce has come. */
  search: Search;
  /** A question to several RPCs on its way, or what it came to. */
  second: SecondLook | undefined;
}

/** Tells whoever waits that it may be mined from now on. */
export const tellSent = (one: Transaction): void => {
  for (const waiter of one.waiters) {
    waiter.onSent?.();
    waiter.onSent = undefined;
  }
};

export type InLife<L extends Life> = Transaction & { life: L };

export const isAloft = (one: Transaction): one is InLife<Aloft> => one.life.kind !== 'waiting' && one.life.kind !== 'done';

export const termsOf = (request: TransactionRequest): Terms => {
  const { action, priority = 'normal', deadline = null, intention = null, repeatable = false } = request;
  return { action: action.slice(0, 256), priority, deadline, intention, repeatable };
};

/** Takes up what somebody asks for. */
export const begin = (request: TransactionRequest): InLife<Waiting> => {
  const { to, data, value } = request;
  const one = { call: { to, data, value }, waiters: new Set<Waiter>(), terms: termsOf(request), isCounted: false };
  return { ...one, search: {}, second: undefined, life: { kind: 'waiting' } };
};

/** Takes up what an earlier process signed. */
export const resume = (record: TransactionRecord): Transaction => {
  const flight = flightOf(record);
  const { action, priority, deadline, intention, repeatable, minedIn } = record;
  return {
    call: callOf(flight),
    waiters: new Set(),
    terms: { action, priority, deadline, intention, repeatable },
    life: minedIn === null ? { kind: 'signed', flight, isFresh: false } : { kind: 'done', flight, block: minedIn },
    isCounted: minedIn !== null,
    search: {},
    second: undefined,
  };
};

/** Has a done one looked up again, for somebody who asks for it: its block may be gone since. */
export const revive = (one: Transaction): void => {
  if (one.life.kind !== 'done') return;
  const { flight } = one.life;
  one.life = { kind: 'signed', flight: { ...flight, record: { ...flight.record, minedIn: null } }, isFresh: false };
};
