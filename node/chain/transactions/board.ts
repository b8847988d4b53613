import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { countEnd, outcomeOf } from './conclude.js';
import { decideForgetting, decideJoin, decideNext, isUrgent } from './decide-next.js';
import { follow } from './follow.js';
import type { QueueLimits } from './queue-options.js';
import type { TransactionRequest } from './request.js';
import { isCleared, send } from './send.js';
import { begin, isAloft, termsOf, type Aloft, type Deck, type Ending, type InLife, type Transaction } from './transaction.js';

/** All transactions of one account that are wanted, on their way, or done and not asked for yet. */
export interface Board {
  /** Whether nothing waits or flies. */
  readonly isIdle: boolean;
  readonly isFlying: boolean;
  /** What carries `request` out: what is signed for the same already, or a new one. QUEUE_FULL. */
  take(request: TransactionRequest): Transaction;
  /** Forgets `one` if it waits and nobody waits for it. */
  leave(one: Transaction): void;
  /** Looks after what is signed and sends at most one more. True if there may be more to send at once. */
  step(stop: AbortSignal): Promise<boolean>;
  /** Takes nothing more and refuses what is not signed yet. */
  refuseWaiting(): void;
  /** Leaves what is on its way to the next process. */
  end(): Promise<void>;
}

export const createBoard = (deck: Deck, limits: QueueLimits, all: Transaction[]): Board => {
  let isClosing = false;

  const drop = (one: Transaction): void => {
    const index = all.indexOf(one);
    if (index >= 0) all.splice(index, 1);
  };

  const refuse = (one: Transaction, error: unknown): void => {
    for (const waiter of one.waiters) waiter.reject(error);
    one.waiters.clear();
    drop(one);
  };

  const refuseClosed = (one: Transaction): void => refuse(one, new HoldfastError('QUEUE_CLOSED', { action: one.terms.action }));

  const forget = async (one: Transaction): Promise<void> => {
    if (one.life.kind !== 'waiting') await deck.journal.remove(one.life.flight.record.id);
    drop(one);
  };

  /** The nonce was used otherwise: what is still wanted is signed anew, before all else. */
  const signAnew = (one: Transaction, nonce: number): void => {
    deck.log?.info('transaction-nonce-taken', { action: one.terms.action, nonce });
    one.life = { kind: 'waiting' };
    one.search = {};
    if (isClosing) refuseClosed(one);
    else if (one.waiters.size > 0) all.unshift(one);
  };

  const conclude = async (one: InLife<Aloft>, ending: Ending, head: number): Promise<void> => {
    const { flight } = one.life;
    countEnd(deck, one, ending);
    if (ending.kind === 'mined' && ending.receipt.status === 1 && one.waiters.size === 0) {
      (one as Transaction).life = { kind: 'done', flight, block: head };
      return;
    }
    await forget(one);
    if (ending.kind === 'foreign') return signAnew(one, flight.nonce);
    const outcome = outcomeOf(deck, one, ending);
    outcome.catch(() => undefined);
    await outcome.then(
      (receipt) => one.waiters.forEach((waiter) => waiter.resolve(receipt)),
      (error: unknown) => one.waiters.forEach((waiter) => waiter.reject(error)),
    );
  };

  const followAll = async (head: number): Promise<void> => {
    const urgent = isUrgent(all);
    for (const one of all.filter(isAloft).sort((a, b) => a.life.flight.nonce - b.life.flight.nonce)) {
      const isBehind = urgent && !(one.terms.priority === 'audit' && one.waiters.size > 0);
      const ending = await follow(deck, one, head, isBehind);
      if (ending !== undefined) await conclude(one, ending, head);
    }
    for (const one of decideForgetting(all, head, limits.claimBlocks)) await forget(one);
  };

  return {
    get isIdle() {
      return all.every(({ life }) => life.kind === 'done');
    },
    get isFlying() {
      return all.some(isAloft);
    },
    take: (request) => {
      const known = decideJoin(all, request);
      if (known !== undefined) {
        const { life } = known;
        known.terms = termsOf(request);
        if (life.kind === 'done') known.life = { kind: 'signed', flight: life.flight, isFresh: false };
        deck.log?.info('transaction-inherited', { action: request.action });
        return known;
      }
      const one = begin(request);
      const alike = all.filter(({ life, terms }) => life.kind === 'waiting' && terms.priority === one.terms.priority).length;
      if (alike >= limits.maxWaiting) throw new HoldfastError('QUEUE_FULL', { waiting: alike });
      all.push(one);
      return one;
    },
    leave: (one) => {
      if (one.life.kind === 'waiting' && one.waiters.size === 0) drop(one);
    },
    step: async (stop) => {
      const head = await deck.rpc.read(async () => deck.rpc.provider.getBlockNumber());
      await followAll(head);
      const next = decideNext(all);
      const clearance = next === undefined ? false : isCleared(deck, next);
      if (next === undefined || clearance === false) return false;
      if (clearance !== true) {
        refuse(next, clearance);
        return true;
      }
      await send(deck, limits, all, next, head).catch((error: unknown) => {
        if (isAloft(next)) throw error;
        refuse(next, stop.aborted ? new HoldfastError('ABORTED', { what: next.terms.action }) : error);
      });
      return all.some(({ life }) => life.kind === 'waiting');
    },
    refuseWaiting: () => {
      isClosing = true;
      for (const one of all.filter(({ life }) => life.kind === 'waiting')) refuseClosed(one);
    },
    end: async () => {
      for (const one of [...all]) {
        if (one.life.kind === 'done') await forget(one);
        else refuse(one, new HoldfastError('ABORTED', { what: `waiting for "${one.terms.action}"` }));
      }
    },
  };
};
