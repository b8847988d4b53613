import { Transaction, type SigningKey, type TransactionReceipt } from 'ethers';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { address, type Address, type Hex } from '../../core/units.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Log } from '../../ports/world.js';
import { distinctFees, quoteFees, replacementFees, type FeePolicy, type Fees } from './fees.js';
import type { Rpc } from '../rpc/rpc.js';
import type { TransactionJournal, TransactionRecord } from './journal.js';
import { broadcast, costOf, requireCoin, signTransaction, wantsCoin, type Broadcast, type Call } from './signing.js';

/** What all transactions of one account share. */
export interface FlightDeck {
  readonly rpc: Rpc;
  readonly key: SigningKey;
  readonly account: Address;
  readonly journal: TransactionJournal;
  readonly confirmations: number;
  readonly stuckBlocks: number;
  readonly fees: FeePolicy;
  readonly log: Log | undefined;
  readonly metrics: Metrics;
}

/** One nonce of the account and the transactions signed for it, of which at most one can ever be mined. */
export interface Flight {
  record: TransactionRecord;
  readonly nonce: number;
  /** Head when the node was last handed an attempt; undefined before this process did. */
  handedAt: number | undefined;
  /** Since when the nonce has been used without a trace of an attempt. */
  missingSince?: { readonly head: number; readonly at: number } | undefined;
  /** A question to several RPCs on its way, or what it came to. */
  second?: { outcome?: Landing } | undefined;
}

/**
 * Where a flight is: `lost` means that the nonce was used by a transaction that is none of its attempts, `unsure` that one RPC
 * says mined or lost, and others not yet.
 */
export type Landing =
  | { readonly kind: 'flying' }
  | { readonly kind: 'mined'; readonly receipt: TransactionReceipt; readonly cancelled: boolean }
  | { readonly kind: 'lost' }
  | { readonly kind: 'unsure'; readonly error?: HoldfastError };

/**
 * A nonce must have been used by another for this long before an action is signed anew: answers of several nodes behind one
 * address may contradict each other for a moment, and nothing is worse than the same action twice.
 */
const LOST = { blocks: 2, milliseconds: 5_000 } as const;

/** Most attempts at one nonce; the last one stays. */
const MOST_ATTEMPTS = 64;

const attemptOf = (raw: string): Transaction => Transaction.from(raw);

/** Takes up what an earlier process left. */
export const resumeFlight = (record: TransactionRecord): Flight => ({
  record,
  nonce: attemptOf(record.attempts[0]?.raw ?? '0x').nonce,
  handedAt: undefined,
});

/** What the flight is to do on chain. */
export const callOf = (flight: Flight): Call => {
  const { to, data, value } = attemptOf(flight.record.attempts[0]?.raw ?? '0x');
  return { to: address(to ?? ''), data: data as Hex, value };
};

/** Looks for the flight on the chain whose newest block is `head`. */
export const lookFor = async (deck: FlightDeck, flight: Flight, head: number): Promise<Landing> => {
  const mined = await minedAttempt(deck, flight);
  if (mined !== undefined) return mined.receipt.blockNumber + deck.confirmations - 1 <= head ? mined : { kind: 'flying' };
  const settled = deck.confirmations === 1 ? 'latest' : Math.max(0, head - deck.confirmations + 1);
  const used = await deck.rpc.read(async () => deck.rpc.provider.getTransactionCount(deck.account, settled));
  if (used <= flight.nonce) {
    flight.missingSince = undefined;
    return { kind: 'flying' };
  }
  flight.missingSince ??= { head, at: Date.now() };
  const { missingSince } = flight;
  const sure = head - missingSince.head >= LOST.blocks || Date.now() - missingSince.at >= LOST.milliseconds;
  // Asked again, because a block may have come between the two questions.
  return sure && (await minedAttempt(deck, flight)) === undefined ? { kind: 'lost' } : { kind: 'flying' };
};

/** The attempt that was mined, with its receipt. */
export const minedAttempt = async (deck: Pick<FlightDeck, 'rpc'>, flight: Flight): Promise<(Landing & { kind: 'mined' }) | undefined> => {
  for (const { raw, cancels } of flight.record.attempts.toReversed()) {
    const { hash } = attemptOf(raw);
    const receipt = hash === null ? null : await deck.rpc.read(async () => deck.rpc.provider.getTransactionReceipt(hash));
    if (receipt !== null) return { kind: 'mined', receipt, cancelled: cancels };
  }
  return undefined;
};

/** Counts how a flight that is over ended. */
export const countEnd = (
  { metrics }: FlightDeck,
  { record: { priority } }: Flight,
  landing: Exclude<Landing, { kind: 'flying' | 'unsure' }>,
): void => {
  const mined = landing.kind === 'lost' ? 'lost' : landing.receipt.status === 1 ? 'mined' : 'reverted';
  const outcome = landing.kind === 'mined' && landing.cancelled ? 'expired' : mined;
  metrics.count('holdfast_transactions_total', { priority, outcome });
};

/** Signs the first attempt of `call`, puts it on disk, then hands it to the node. Rejects only if the node cannot have it. */
export const launch = async (
  deck: FlightDeck,
  call: Call,
  terms: { readonly action: string; readonly priority: 'audit' | 'normal'; readonly deadline: number | null },
  nonce: number,
  gasLimit: bigint,
  head: number,
): Promise<Flight> => {
  const fees = distinctFees(await quoteFees(deck.rpc, deck.fees), deck.fees);
  await requireCoin(deck.rpc, deck.account, costOf(gasLimit, fees, call.value));
  const { raw, hash } = signTransaction(deck.key, deck.rpc.chainId, call, nonce, gasLimit, fees);
  const record = { version: 1, id: deck.journal.nextId(), ...terms, attempts: [{ raw, cancels: false }] } as const;
  await deck.journal.put({ ...record, attempts: [...record.attempts] });
  const flight: Flight = { record: { ...record, attempts: [...record.attempts] }, nonce, handedAt: head };
  deck.metrics.count('holdfast_transactions_total', { priority: terms.priority, outcome: 'sent' });
  deck.log?.debug('transaction-sent', { action: terms.action, transaction: hash, nonce });
  const answer = await broadcast(deck.rpc, raw);
  if (answer.kind === 'refused' && !(await isMined(deck, flight))) await giveUp(deck, flight, answer);
  if (answer.kind === 'underpriced' && terms.priority === 'audit') await outbid(deck, flight, head);
  return flight;
};

/**
 * Whether a refused transaction is on chain all the same: a node that mines at once reports a revert as a refusal. True as
 * well when that cannot be found out now.
 */
const isMined = async (deck: FlightDeck, flight: Flight): Promise<boolean> => {
  try {
    return (await minedAttempt(deck, flight)) !== undefined;
  } catch (error) {
    deck.log?.warn('transaction-unsure', { action: flight.record.action, reason: String(error) });
    return true;
  }
};

const giveUp = async (deck: FlightDeck, flight: Flight, { error }: Broadcast & { kind: 'refused' }): Promise<never> => {
  await deck.journal.remove(flight.record.id);
  const { action, priority } = flight.record;
  deck.metrics.count('holdfast_transactions_total', { priority, outcome: 'refused' });
  if (wantsCoin(error)) await requireCoin(deck.rpc, deck.account, attemptCost(flight));
  throw new HoldfastError('TRANSACTION_REFUSED', { action, reason: error.message }, { cause: error });
};

const attemptCost = (flight: Flight): bigint => {
  const { gasLimit, maxFeePerGas, gasPrice, value } = attemptOf(flight.record.attempts.at(-1)?.raw ?? '0x');
  return gasLimit * (maxFeePerGas ?? gasPrice ?? 0n) + value + 1n;
};

/** An audit does not wait for a foreign transaction of the same nonce: it replaces that. */
const outbid = async (deck: FlightDeck, flight: Flight, head: number): Promise<void> => {
  try {
    for (let round = 0; round < 8; round++) if ((await replace(deck, flight, head, false)) !== 'underpriced') return;
  } catch (error) {
    deck.log?.warn('transaction-unsure', { action: flight.record.action, reason: String(error) });
  }
};

/**
 * Does what a flight that is not mined yet needs: hands it over again after a restart, offers more after `stuckBlocks`
 * (`urgent`: after one), and replaces it with a transfer of nothing once its deadline is past.
 */
export const press = async (deck: FlightDeck, flight: Flight, head: number, urgent: boolean): Promise<void> => {
  const { attempts, deadline } = flight.record;
  const last = attempts.at(-1);
  if (last === undefined) return;
  const late = deadline !== null && head >= deadline;
  if (late && !last.cancels) return void (await replace(deck, flight, head, true));
  if (flight.handedAt === undefined) return repeat(deck, flight, head);
  if (head < flight.handedAt) flight.handedAt = head;
  if (head - flight.handedAt >= (urgent ? 1 : deck.stuckBlocks)) await replace(deck, flight, head, last.cancels);
};

const repeat = async (deck: FlightDeck, flight: Flight, head: number): Promise<void> => {
  const answer = await broadcast(deck.rpc, flight.record.attempts.at(-1)?.raw ?? '0x');
  if (answer.kind === 'unknown') return;
  flight.handedAt = head;
  if (answer.kind === 'refused') deck.log?.warn('transaction-refused', { action: flight.record.action, reason: answer.error.message });
};

/** What replaces `former` now; undefined where the chain asks more than is allowed. */
const higherFees = async (deck: FlightDeck, former: Transaction): Promise<Fees | undefined> => {
  try {
    return replacementFees(former, await quoteFees(deck.rpc, deck.fees), deck.fees);
  } catch (error) {
    if (isHoldfastError(error, 'FEE_TOO_HIGH')) return undefined;
    throw error;
  }
};

const replace = async (deck: FlightDeck, flight: Flight, head: number, cancels: boolean): Promise<Broadcast['kind']> => {
  const former = attemptOf(flight.record.attempts.at(-1)?.raw ?? '0x');
  const fees = flight.record.attempts.length < MOST_ATTEMPTS ? await higherFees(deck, former) : undefined;
  if (fees === undefined) {
    deck.log?.warn('transaction-stuck', { action: flight.record.action, nonce: flight.nonce, maxFeePerGas: deck.fees.maxFeePerGas });
    await repeat(deck, flight, head);
    return 'accepted';
  }
  const call = cancels ? { to: deck.account, data: '0x' as const, value: 0n } : callOf(flight);
  const { raw, hash } = signTransaction(deck.key, deck.rpc.chainId, call, flight.nonce, former.gasLimit, fees);
  const record = { ...flight.record, attempts: [...flight.record.attempts, { raw, cancels }] };
  await deck.journal.put(record);
  flight.record = record;
  deck.metrics.count('holdfast_transactions_total', { priority: record.priority, outcome: 'replaced' });
  deck.log?.info('transaction-replaced', { action: record.action, transaction: hash, nonce: flight.nonce, cancels });
  const answer = await broadcast(deck.rpc, raw);
  flight.handedAt = head;
  if (answer.kind === 'refused') deck.log?.warn('transaction-refused', { action: record.action, reason: answer.error.message });
  return answer.kind;
};
