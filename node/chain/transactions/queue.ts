import { SigningKey } from 'ethers';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { addressOf } from '../../core/keys/signing.js';
import { noMetrics } from '../../core/metrics/no-metrics.js';
import { unlessAborted } from '../../core/tasks/waiting.js';
import { underSignal } from '../rpc/under-signal.js';
import { createBoard, type Board } from './board.js';
import { countAgreed } from './count-used.js';
import { feePolicyOf } from './fees.js';
import { flightOf } from './flight.js';
import { createForeignUses } from './foreign-uses.js';
import { openTransactionJournal, type TransactionJournal } from './journal.js';
import { limitsOf, type QueueLimits, type TransactionQueueOptions } from './queue-options.js';
import type { TransactionQueue } from './request.js';
import { createRests, type Rests } from './rests.js';
import { isAloft, resume, tellSent, type Deck, type Waiter } from './transaction.js';

export type { TransactionQueueOptions } from './queue-options.js';
export type { TransactionQueue, TransactionRequest } from './request.js';

/** Steps until `stop` aborts, or `isOver`; rests while there is nothing to do. */
const run = async (deck: Deck, board: Board, rests: Rests, stop: AbortSignal, isOver: () => boolean): Promise<void> => {
  const { pollMilliseconds } = deck.rpc;
  while (!stop.aborted && !isOver()) {
    try {
      if (board.isIdle) await rests.rest(stop);
      else if (!(await board.step(stop))) await rests.rest(stop, pollMilliseconds);
    } catch (error) {
      if (stop.aborted) return;
      deck.log?.warn('transactions-delayed', { reason: String(error) });
      await rests.rest(stop, pollMilliseconds).catch(() => undefined);
    }
  }
};

const serve = (deck: Deck, limits: QueueLimits, board: Board, rests: Rests, stop: AbortController): TransactionQueue => {
  let closing = false;
  const running = run(deck, board, rests, stop.signal, () => closing && !board.isFlying);

  return {
    account: deck.account,
    submit: async (request) => {
      request.signal?.throwIfAborted();
      if (closing) throw new HoldfastError('QUEUE_CLOSED', { action: request.action });
      const one = board.take(request);
      const waiter: Waiter = { ...Promise.withResolvers(), onSent: request.onSent };
      one.waiters.add(waiter);
      if (one.life.kind === 'flying' || one.life.kind === 'unknown') tellSent(one);
      rests.wake();
      try {
        return await unlessAborted(waiter.promise, request.signal);
      } finally {
        one.waiters.delete(waiter);
        board.leave(one);
      }
    },
    foreign: async (signal) => {
      const head = await deck.rpc.read(async () => deck.rpc.provider.getBlockNumber(), signal);
      return deck.foreign.look((await countAgreed(deck, signal)) ?? 0, head);
    },
    close: async () => {
      closing = true;
      board.refuseWaiting();
      rests.wake();
      const overdue = setTimeout(() => stop.abort(), limits.closeMilliseconds);
      await running;
      clearTimeout(overdue);
      board.end();
      await deck.journal.close();
    },
  };
};

/** The newest nonce that an earlier process knew to be used. */
const newestUsed = ({ left, newest }: TransactionJournal): Deck['newestUsed'] => {
  const used = [...left.filter(({ minedIn }) => minedIn !== null), ...(newest === undefined ? [] : [newest])];
  return used.length === 0 ? {} : { nonce: Math.max(...used.map((record) => flightOf(record).nonce)) };
};

/**
 * Opens the queue of one account. Transactions that an earlier process signed are looked for, sent again if need be, and
 * finished before anything else; the same action submitted again meanwhile is answered with theirs.
 * JOURNAL_IN_USE when another process has the folder.
 */
export const createTransactionQueue = async (options: TransactionQueueOptions): Promise<TransactionQueue> => {
  const { rpc, signerKey, directory, confirmations = 1, stuckBlocks = 4, log, metrics = noMetrics } = options;
  const journal = await openTransactionJournal(directory, log);
  const stop = new AbortController();
  const rests = createRests();
  const limits = limitsOf(options);
  const left = journal.left.map(resume);
  const deck: Deck = {
    rpc: underSignal(rpc, stop.signal),
    key: new SigningKey(signerKey),
    account: addressOf(signerKey),
    journal,
    confirmations,
    stuckBlocks,
    fees: feePolicyOf(options),
    log,
    metrics,
    foreign: createForeignUses(Math.max(0, ...left.filter(isAloft).map(({ life }) => life.flight.nonce + 1))),
    newestUsed: newestUsed(journal),
    absence: {},
    wake: rests.wake,
  };
  return serve(deck, limits, createBoard(deck, limits, left), rests, stop);
};
