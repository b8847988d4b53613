import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Log } from '../../ports/world.js';
import type { Rpc } from '../rpc/rpc.js';

/** Whether the RPCs agree on the newest block: asked before an action is signed, and never waited for by others. */
export interface Clearance {
  /** Undefined while it is asked. */
  outcome?: 'given' | HoldfastError;
}

/** `error`, or a coded one for what is not. */
export const codedOf = (error: unknown): HoldfastError =>
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
