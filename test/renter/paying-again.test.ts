import { expect } from 'chai';
import { address, period, wei } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import type { RenterContext } from '../../node/renter/context.js';
import { createBudget } from '../../node/renter/upkeep/budget.js';
import { finishPayments, payIn } from '../../node/renter/upkeep/payments.js';
import { createMemoryCatalogue } from '../../node/storage/catalogue.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { idOf } from './sample-deals.js';

/** A queue that does nothing twice under one intention, and forgets none. */
const createWorld = () => {
  const catalogue = createMemoryCatalogue(testIdentity);
  const done = new Map<string, bigint>();
  let isDying = false;
  const submit = (async (action, { intention = '' } = {}) => {
    if (action.kind === 'deposit' && !done.has(intention)) done.set(intention, action.amount);
    if (isDying) throw new Error('nobody is told');
  }) as (...args: Parameters<Settlement['submit']>) => Promise<unknown>;
  const context = {
    catalogue,
    settlement: { submit, account: address(`0x${'5'.repeat(40)}`), agreed: { head: async () => ({ timestamp: 0 }) } },
    clock: { now: () => 10 },
  } as unknown as RenterContext;
  const left = (): Promise<bigint | undefined> => createBudget(context, wei(100n)).left();
  return {
    context,
    left,
    paid: () => [...done.values()].reduce((sum, amount) => sum + amount, 0n),
    die: (dies: boolean) => void (isDying = dies),
  };
};

describe('a deal whose provider signs nothing, and which takes the same amount again a period later,', () => {
  const payment = { deal: idOf('bob'), from: period(15), amount: wei(7n) };

  it('is paid it again, and each time counts', async () => {
    const { context, left, paid } = createWorld();
    for (const at of [1, 2, 3]) await payIn(context, { ...payment, at });
    expect([paid(), await left()]).to.deep.equal([21n, 79n]);
  });

  it('is paid once what was begun and ended with nobody told', async () => {
    const { context, left, paid, die } = createWorld();
    await payIn(context, { ...payment, at: 1 });
    die(true);
    await payIn(context, { ...payment, at: 2 }).catch(() => undefined);
    die(false);
    await finishPayments(context);
    expect([paid(), await left()]).to.deep.equal([14n, 86n]);
  });
});
