import { codedOf } from './clearance.js';
import { lookFor, minedAttempt } from './look.js';
import type { SecondLook, Sighting } from './sighting.js';
import type { Aloft, Deck, InLife } from './transaction.js';

const askSeveral = async ({ rpc: { agreed }, account }: Deck, { life: { flight } }: InLife<Aloft>, first: Sighting): Promise<Sighting> => {
  const mined = await minedAttempt(agreed, flight);
  if (mined !== undefined || first.kind === 'mined' || first.kind === 'cancelled') return mined ?? { kind: 'shallow' };
  const used = await agreed.read(async () => agreed.provider.getTransactionCount(account, 'latest'));
  if (used <= flight.nonce || first.kind !== 'foreign') return used <= flight.nonce ? { kind: 'shallow' } : first;
  const receipt = await agreed.read(async () => agreed.provider.getTransactionReceipt(first.hash));
  return receipt?.from.toLowerCase() === account ? first : { kind: 'shallow' };
};

const ask = (deck: Deck, one: InLife<Aloft>, first: Sighting, head: number): void => {
  const asked: SecondLook = { of: first.kind, head };
  one.second = asked;
  void askSeveral(deck, one, first)
    .catch((error: unknown): Sighting => ({ kind: 'disputed', error: codedOf(error) }))
    .then((outcome) => {
      asked.outcome = outcome;
      deck.wake();
    });
};

/**
 * Where the flight is, a nonce's use counting once several RPCs tell of it: one that shows a false use would have the same
 * action signed twice. `shallow` meanwhile, `disputed` when they do not come to agree. Audits go by the one RPC at hand.
 */
export const look = async (deck: Deck, one: InLife<Aloft>, head: number): Promise<Sighting> => {
  const first = await lookFor(deck, one, head);
  if (first.kind === 'absent' || first.kind === 'shallow') return first;
  if (deck.rpc.agreed === deck.rpc || one.terms.priority === 'audit') return first;
  const { second } = one;
  const told = second?.of === first.kind ? second.outcome : undefined;
  if (second?.of !== first.kind || (told?.kind === 'used' && second.head !== head)) ask(deck, one, first, head);
  else if (told !== undefined && told.kind !== 'used') one.second = undefined;
  return told ?? { kind: 'shallow' };
};
