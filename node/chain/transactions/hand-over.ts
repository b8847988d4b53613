import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { afterHanding } from './decide-follow.js';
import { distinctFees, quoteFees, replacementFees, type Fees } from './fees.js';
import { attemptOf, flightOf, lastAttempt, MOST_ATTEMPTS, type Flight } from './flight.js';
import { broadcast, costOf, requireCoin, signTransaction, type Broadcast } from './signing.js';
import { tellSent, type Aloft, type Deck, type InLife, type Transaction } from './transaction.js';

/** Hands the last attempt to the nodes, once, and keeps what they say. */
export const hand = async (deck: Deck, one: InLife<Aloft>, head: number): Promise<Broadcast['kind']> => {
  const answer = await broadcast(deck.rpc, lastAttempt(one.life.flight).raw);
  const { action } = one.terms;
  one.life = afterHanding(one.life, answer, head, Date.now());
  if ('error' in answer)
    deck.log?.warn(answer.kind === 'refused' ? 'transaction-refused' : 'transaction-unsure', { action, reason: answer.error.message });
  if (answer.kind !== 'refused' && answer.kind !== 'underpriced') tellSent(one);
  return answer.kind;
};

/** Signs the first attempt and puts it on disk; only then it is handed to the nodes. */
export const launch = async (deck: Deck, one: Transaction, nonce: number, gasLimit: bigint, head: number): Promise<void> => {
  const { call, terms } = one;
  const fees = distinctFees(await quoteFees(deck.rpc, deck.fees), deck.fees);
  await requireCoin(deck.rpc, deck.account, costOf(gasLimit, fees, call.value));
  const { raw, hash } = signTransaction(deck.key, deck.rpc.chainId, call, nonce, gasLimit, fees);
  deck.foreign.signed(nonce);
  const record = {
    version: 2 as const,
    id: deck.journal.nextId(),
    ...terms,
    attempts: [{ raw, cancels: false }],
    since: head,
    minedIn: null,
  };
  await deck.journal.put(record);
  one.life = { kind: 'signed', flight: flightOf(record), isFresh: true };
  deck.metrics.count('holdfast_transactions_total', { priority: terms.priority, outcome: 'sent' });
  deck.log?.debug('transaction-sent', { action: terms.action, transaction: hash, nonce });
  const answer = await hand(deck, one as InLife<Aloft>, head);
  if (answer === 'underpriced' && terms.priority === 'audit') await outbid(deck, one as InLife<Aloft>, head);
};

/** An audit does not wait for a foreign transaction of the same nonce: it replaces that. */
const outbid = async (deck: Deck, one: InLife<Aloft>, head: number): Promise<void> => {
  try {
    for (let round = 0; round < 8; round++) if ((await replace(deck, one, head, false)) !== 'underpriced') return;
  } catch (error) {
    deck.log?.warn('transaction-unsure', { action: one.terms.action, reason: String(error) });
  }
};

/** What replaces the last attempt now; undefined where the chain asks more than is allowed, or enough was tried. */
const higherFees = async (deck: Deck, flight: Flight): Promise<Fees | undefined> => {
  if (flight.record.attempts.length >= MOST_ATTEMPTS) return undefined;
  try {
    return replacementFees(attemptOf(lastAttempt(flight).raw), await quoteFees(deck.rpc, deck.fees), deck.fees);
  } catch (error) {
    if (isHoldfastError(error, 'FEE_TOO_HIGH')) return undefined;
    throw error;
  }
};

/** Signs another attempt that offers more, or with `cancels` a transfer of nothing, and hands it over once it is on disk. */
export const replace = async (deck: Deck, one: InLife<Aloft>, head: number, cancels: boolean): Promise<Broadcast['kind']> => {
  const { flight } = one.life;
  const { action } = one.terms;
  const fees = await higherFees(deck, flight);
  if (fees === undefined) {
    deck.log?.warn('transaction-stuck', { action, nonce: flight.nonce, maxFeePerGas: deck.fees.maxFeePerGas });
    one.life = { kind: 'signed', flight, isFresh: false };
    await hand(deck, one, head);
    return 'accepted';
  }
  const call = cancels ? { to: deck.account, data: '0x' as const, value: 0n } : one.call;
  const { gasLimit } = attemptOf(lastAttempt(flight).raw);
  const { raw, hash } = signTransaction(deck.key, deck.rpc.chainId, call, flight.nonce, gasLimit, fees);
  const record = { ...flight.record, attempts: [...flight.record.attempts, { raw, cancels }] };
  await deck.journal.put(record);
  one.life = { kind: 'signed', flight: { ...flight, record }, isFresh: false };
  deck.metrics.count('holdfast_transactions_total', { priority: record.priority, outcome: 'replaced' });
  deck.log?.info('transaction-replaced', { action, transaction: hash, nonce: flight.nonce, cancels });
  return hand(deck, one, head);
};
