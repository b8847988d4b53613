import { wei, type Wei } from '../../core/units.js';
import type { RenewalPayment } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { isFinal } from '../deals/is-final.js';

/**
 * Pays into a deal. It is recorded before: a deposit that ends with nobody told stays open, counts, and is finished by the next run. What the
 * contract refuses is forgotten.
 */
export const payIn = async (
  { catalogue, settlement }: RenterContext,
  payment: Omit<RenewalPayment, 'open'>,
  signal?: AbortSignal,
): Promise<void> => {
  const { deal, from, amount } = payment;
  // Asked for again, also after a crash, the first is finished.
  const intention = `renew ${deal} from ${from} by ${amount}`;
  await catalogue.putPayment({ ...payment, open: true });
  try {
    await settlement.submit({ kind: 'deposit', deal, amount }, { intention, ...(signal && { signal }) });
  } catch (error) {
    if (isFinal(error)) await catalogue.dropPayment(payment);
    throw error;
  }
  await catalogue.putPayment({ ...payment, open: false });
};

/** Finishes deposits that nobody was told the end of: before that it is not known what a deal has. */
export const finishPayments = async (context: RenterContext, signal?: AbortSignal): Promise<void> => {
  for await (const payment of context.catalogue.payments()) {
    if (!payment.open) continue;
    await payIn(context, payment, signal).catch((error: unknown) => {
      if (!isFinal(error)) throw error;
    });
  }
};

/** Token wei that were paid for renewals since then, milliseconds since 1970; forgets what was paid before. */
export const paidSince = async ({ catalogue }: Pick<RenterContext, 'catalogue'>, since: number): Promise<Wei> => {
  let paid = 0n;
  for await (const payment of catalogue.payments()) {
    if (!payment.open && payment.at < since) await catalogue.dropPayment(payment);
    else paid += payment.amount;
  }
  return wei(paid);
};
