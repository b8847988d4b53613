import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { countEnd, outcomeOf } from './conclude.js';
import { decideClaim, decideForgetting, decideJoin, decideKeeping, decideNext, isUrgent } from './decide-next.js';
import type { Flight } from './flight.js';
import { follow } from './follow.js';
import { createGapFiller } from './gap-filler.js';
import type { QueueLimits } from './queue-options.js';
import type { TransactionRequest } from './request.js';
import { isCleared, send } from './send.js';
import {
  begin,
  isAloft,
  revive,
  termsOf,
  type Aloft,
  type Deck,
  type Ending,
  type InLife,
  type Terms,
  type Transaction,
} from './transaction.js';

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
  end(): void;
}

export const createBoard = (deck: Deck, limits: QueueLimits, all: Transaction[]): Board => {
  const gaps = createGapFiller(deck, limits, all);
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

  /** Forgets it, but for its nonce where that is the newest that is used. */
  const forget = async (one: Transaction): Promise<void> => {
    if (one.life.kind !== 'waiting') {
      const { record, nonce } = one.life.flight;
      await (nonce === deck.newestUsed.nonce ? deck.journal.retire(record.id) : deck.journal.remove(record.id));
    }
    drop(one);
  };

  const join = (known: Transaction, terms: Terms): void => {
    known.terms = { ...terms, intention: known.terms.intention };
    revive(known);
    deck.log?.info('transaction-inherited', { action: terms.action });
  };

  /** Whoever waits for what was done with nobody told is told now. */
  const claimAll = (): void => {
    for (let claim = decideClaim(all); claim !== undefined; claim = decideClaim(all)) {
      const { one, done } = claim;
      join(done, one.terms);
      for (const waiter of one.waiters) done.waiters.add(waiter);
      drop(one);
    }
  };

  /** The nonce was used otherwise: what is still wanted is signed anew, before all else. */
  const signAnew = (one: Transaction, nonce: number): void => {
    deck.log?.info('transaction-nonce-taken', { action: one.terms.action, nonce });
    one.life = { kind: 'waiting' };
    one.search = {};
    one.isCounted = false;
    if (isClosing) refuseClosed(one);
    else if (one.waiters.size > 0) all.unshift(one);
  };

  /** Somebody else acts with the key: whoever wants something that can be wanted again looks first whether it is still to be done. */
  const decideAnew = (one: Transaction, nonce: number): void => {
    const { action } = one.terms;
    deck.log?.info('transaction-nonce-taken', { action, nonce });
    refuse(one, new HoldfastError('NONCE_TAKEN', { action, account: deck.account, nonce }));
  };

  /** Remembers it as mined, or forgets it. */
  const keep = async (one: InLife<Aloft>, minedIn: number): Promise<void> => {
    if (!decideKeeping(one)) return forget(one);
    const { flight } = one.life;
    const record = { ...flight.record, minedIn };
    // A record that still says that it is on its way does as well: it is looked up before anything is sent.
    await deck.journal.put(record).catch((error: unknown) => deck.log?.warn('transaction-unkept', { action: one.terms.action, error }));
    (one as Transaction).life = { kind: 'done', flight: { ...flight, record }, block: minedIn };
  };

  const tell = async (one: Transaction, flight: Flight, ending: Exclude<Ending, { kind: 'foreign' }>): Promise<void> =>
    outcomeOf(deck, one, flight, ending).then(
      (receipt) => one.waiters.forEach((waiter) => waiter.resolve(receipt)),
      (error: unknown) => one.waiters.forEach((waiter) => waiter.reject(error)),
    );

  const conclude = async (one: InLife<Aloft>, ending: Ending, head: number): Promise<void> => {
    const { flight } = one.life;
    const { deadline } = one.terms;
    if (!one.isCounted) countEnd(deck, one, ending);
    one.isCounted = true;
    if (ending.kind === 'mined' || ending.kind === 'cancelled') gaps.remember(flight, ending.receipt);
    if (ending.kind !== 'refused') deck.newestUsed.nonce = Math.max(flight.nonce, deck.newestUsed.nonce ?? 0);
    if (ending.kind === 'mined' && ending.receipt.status === 1) await keep(one, ending.receipt.blockNumber);
    else await forget(one);
    // Who joined what was cancelled for another may have more time.
    const isWanted = ending.kind === 'cancelled' && (deadline === null || head < deadline);
    if (ending.kind === 'foreign' && !gaps.isOwn(flight.nonce, ending.hash)) deck.foreign.taken();
    if (ending.kind === 'foreign' && one.terms.repeatable) decideAnew(one, flight.nonce);
    else if (ending.kind === 'foreign' || isWanted) signAnew(one, flight.nonce);
    else await tell(one, flight, ending);
  };

  const followAll = async (head: number): Promise<void> => {
    const urgent = isUrgent(all);
    delete deck.absence.used;
    for (const one of all.filter(isAloft).sort((a, b) => a.life.flight.nonce - b.life.flight.nonce)) {
      const isBehind = urgent && !(one.terms.priority === 'audit' && one.waiters.size > 0);
      const ending = await follow(deck, one, head, isBehind);
      if (ending !== undefined) await conclude(one, ending, head);
    }
    for (const one of decideForgetting(all, head, limits)) await forget(one);
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
        join(known, termsOf(request));
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
      await gaps.look(head);
      claimAll();
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
    end: () => {
      for (const one of [...all]) {
        if (one.life.kind !== 'done') refuse(one, new HoldfastError('ABORTED', { what: `waiting for "${one.terms.action}"` }));
      }
    },
  };
};
