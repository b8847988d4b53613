import type { HoldfastError } from '../../core/errors/holdfast-error.js';
import { decideFollow, inDoubt } from './decide-follow.js';
import { attemptHashes, lastAttempt } from './flight.js';
import { hand, replace } from './hand-over.js';
import { look } from './second-look.js';
import type { Aloft, Deck, Ending, InLife } from './transaction.js';

/** Whether no node knows of any attempt, mined or not, and none has another under its nonce. */
const isNowhere = async ({ rpc, account }: Deck, { flight }: Aloft): Promise<boolean> => {
  for (const { hash } of attemptHashes(flight)) if ((await rpc.read(async () => rpc.provider.getTransaction(hash))) !== null) return false;
  return (await rpc.read(async () => rpc.provider.getTransactionCount(account, 'pending'))) <= flight.nonce;
};

/** What all refused and nobody knows is given up; anything else may still be mined. */
const giveUp = async (deck: Deck, one: InLife<Aloft>, head: number, error: HoldfastError): Promise<Ending | undefined> => {
  if (await isNowhere(deck, one.life)) return { kind: 'refused', error };
  const { flight } = one.life;
  one.life = { kind: 'flying', flight, since: head, handed: { head, at: Date.now() }, isTaken: false };
  return undefined;
};

const doubt = ({ log }: Deck, one: InLife<Aloft>, head: number): void => {
  const wasTold = one.life.kind === 'unknown' && one.life.isTold;
  const life = inDoubt(one.life, head, Date.now());
  one.life = life;
  if (life.isTold && !wasTold)
    log?.alarm('transaction-unknown', { action: one.terms.action, nonce: life.flight.nonce, since: life.since.head });
};

/** Those who wait learn of the disagreement; what is on its way is followed, and nothing is signed anew. */
const tell = (one: InLife<Aloft>, error: HoldfastError): void => {
  for (const waiter of one.waiters) waiter.reject(error);
  one.waiters.clear();
};

/**
 * Looks after one signed transaction, of this process or an earlier one, on the chain whose newest block is `head`. Returns how it
 * ended, once that is proven.
 * @param isUrgent Whether something waits behind it that must not.
 */
export const follow = async (deck: Deck, one: InLife<Aloft>, head: number, isUrgent: boolean): Promise<Ending | undefined> => {
  const sighting = await look(deck, one, head);
  if (sighting.kind === 'absent') deck.absence.used = sighting.used;
  const { life, terms } = one;
  const { cancels } = lastAttempt(life.flight);
  const patience = isUrgent ? 1 : deck.stuckBlocks;
  const decision = decideFollow({ life, sighting, head, now: Date.now(), deadline: terms.deadline, cancels, patience });
  switch (decision.kind) {
    case 'hold':
      if (life.kind === 'flying' && head < life.since) one.life = { ...life, since: head };
      return undefined;
    case 'hand':
      await hand(deck, one, head);
      return undefined;
    case 'replace':
      await replace(deck, one, head, decision.cancels);
      return undefined;
    case 'search':
      return life.kind === 'refused' ? giveUp(deck, one, head, life.error) : undefined;
    case 'doubt':
      doubt(deck, one, head);
      return undefined;
    case 'tell':
      tell(one, decision.error);
      return undefined;
    case 'end':
      return decision.ending;
  }
};
