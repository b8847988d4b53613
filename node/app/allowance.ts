import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { Wei } from '../core/units.js';
import type { Settlement } from '../ports/settlement.js';

/**
 * Lets the vault take `amount` token wei from the settlement's account, with a transaction only if it may not yet.
 * @throws BALANCE_TOO_SMALL before anything is sent.
 */
export const ensureAllowance = async (settlement: Settlement, amount: Wei, signal?: AbortSignal): Promise<void> => {
  const { token, allowance } = await settlement.agreed.balances(settlement.account, signal);
  if (token < amount) throw new HoldfastError('BALANCE_TOO_SMALL', { account: settlement.account, balance: token, needed: amount });
  if (allowance < amount) await settlement.submit({ kind: 'approve', amount }, signal === undefined ? {} : { signal });
};
