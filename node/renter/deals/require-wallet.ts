import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { RenterContext } from '../context.js';

type Acting = Pick<RenterContext, 'renter'> & { readonly settlement: Pick<RenterContext['settlement'], 'account'> };

/** Whether the account that acts is the renter's own: another one may pay in, post, close and, being the deals' signer, challenge (R4, R8). */
export const actsAsRenter = ({ renter, settlement }: Acting): boolean => settlement.account === renter;

/** WALLET_NEEDED for `what`, which the contract takes of the renter alone. */
export const requireWallet = (context: Acting, what: string): void => {
  if (!actsAsRenter(context)) throw new HoldfastError('WALLET_NEEDED', { what, account: context.settlement.account });
};
