import { wei, type DealId, type Wei } from '../../core/units.js';
import type { RenewalPayment } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { isFinal } from '../deals/is-final.js';

/** What was paid before of the same deal, end and amount counts on, beside what takes its place. */
const keepFormer = async ({ catalogue }: RenterContext, { deal, from, amount, at }: Omit<RenewalPayment, 'open'>): Promise<void> => {
  for await (const former of catalogue.payments()) {
    if (former.open || former.at === at || former.deal !== deal || former.from !== from || former.amount !== amount) continue;
    await catalogue.spendings.put({ id: `renewal of ${deal} at ${former.at}`, amount, at: former.at });
  }
};

/**
 * Pays into a deal. It is recorded before: a deposit that ends with nobody told stays open, counts, and is finished by the next run. What the
 * contract refuses is forgotten.
 */
export const payIn = async (
  context: RenterContext,
  wanted: Omit<RenewalPayment, 'open' | 'account'>,
  signal?: AbortSignal,
): Promise<void> => {
  const { catalogue, settlement } = context;
  const { deal, from, amount, at } = wanted;
  const payment = { ...wanted, account: settlement.account };
  // Asked for again, also after a crash, the first is finished; the same amount is another payment a period later, while a provider does not sign.
  const intention = `renew ${deal} from ${from} by ${amount} at ${at}`;
  await keepFormer(context, payment);
  await catalogue.putPayment({ ...payment, open: true });
  try {
    await settlement.submit({ kind: 'deposit', deal, amount }, { intention, ...(signal && { signal }) });
  } catch (error) {
    if (isFinal(error)) await catalogue.dropPayment(payment);
    throw error;
  }
  await catalogue.putPayment({ ...payment, open: false });
};

/**
 * Finishes this account's deposits that nobody was told the end of: before that it is not known what a deal has. Those of another account only that
 * one can finish, which has them among its transactions.
 */
export const finishPayments = async (context: RenterContext, signal?: AbortSignal): Promise<void> => {
  for await (const payment of context.catalogue.payments()) {
    if (!payment.open || payment.account !== context.settlement.account) continue;
    await payIn(context, payment, signal).catch((error: unknown) => {
      if (!isFinal(error)) throw error;
    });
  }
};

/** Deals into which another account may be paying: until it has told, nobody else pays. */
export const paidElsewhere = async ({ catalogue, settlement }: RenterContext): Promise<ReadonlySet<DealId>> => {
  const deals = new Set<DealId>();
  for await (const { open, account, deal } of catalogue.payments()) if (open && account !== settlement.account) deals.add(deal);
  return deals;
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
