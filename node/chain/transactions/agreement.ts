import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Log } from '../../ports/world.js';
import type { Rpc } from '../rpc/rpc.js';
import { lookFor, minedAttempt, type Flight, type FlightDeck, type Landing } from './flight.js';

/** Whether the RPCs agree on the newest block: asked before an action is signed, and never waited for by others. */
export interface Clearance {
  /** Undefined while it is asked. */
  outcome?: 'given' | HoldfastError;
}

const codedOf = (error: unknown): HoldfastError =>
  isHoldfastError(error) ? error : new HoldfastError('ABORTED', { what: 'agreement of the RPCs' }, { cause: error });

/** Asks for agreement, and calls `wake` once it is known. */
export const askClearance = (rpc: Rpc, wake: () => void): Clearance => {
  const clearance: Clearance = rpc.agreed === rpc ? { outcome: 'given' } : {};
  if (clearance.outcome === undefined)
    void rpc.agreed
      .read(async () => rpc.agreed.provider.getBlock('latest'))
      .then(
        () => (clearance.outcome = 'given'),
        (error: unknown) => (clearance.outcome = codedOf(error)),
      )
      .then(wake);
  return clearance;
};

/** Tells when an audit goes out without agreement: only its gas is at risk, and a missed window costs more. */
export const warnUnlessAgreed = (rpc: Rpc, action: string, log: Log | undefined): void => {
  if (rpc.agreed === rpc) return;
  rpc.agreed
    .once(async () => rpc.agreed.provider.getBlock('latest'))
    .catch((error: unknown) => log?.warn('transaction-unagreed', { action, reason: String(error) }));
};

/** What several RPCs make of a landing that one told of. */
const secondLook = async (deck: FlightDeck, flight: Flight, landing: Landing): Promise<Landing> => {
  const { agreed } = deck.rpc;
  const mined = await minedAttempt({ rpc: agreed }, flight);
  if (mined !== undefined || landing.kind === 'mined') return mined ?? { kind: 'unsure' };
  const used = await agreed.read(async () => agreed.provider.getTransactionCount(deck.account, 'latest'));
  return used > flight.nonce ? landing : { kind: 'unsure' };
};

/**
 * Where the flight is, a landing counting once several RPCs tell of it: one that says the nonce is lost would have the same
 * action signed twice. `unsure` meanwhile, with the error when they do not come to agree. Audits go by the one RPC at hand.
 */
export const lookAgain = async (deck: FlightDeck, flight: Flight, head: number, wake: () => void): Promise<Landing> => {
  const landing = await lookFor(deck, flight, head);
  if (landing.kind === 'flying' || deck.rpc.agreed === deck.rpc || flight.record.priority === 'audit') return landing;
  if (flight.second?.outcome !== undefined) {
    const { outcome } = flight.second;
    flight.second = undefined;
    return outcome;
  }
  if (flight.second === undefined) {
    const second: NonNullable<Flight['second']> = {};
    flight.second = second;
    void secondLook(deck, flight, landing)
      .catch((error: unknown): Landing => ({ kind: 'unsure', error: codedOf(error) }))
      .then((outcome) => {
        second.outcome = outcome;
        wake();
      });
  }
  return { kind: 'unsure' };
};
