import { expect } from 'chai';
import { decideSetup, type SetupSnapshot } from '../../node/app/decide-setup.js';
import type { Ask } from '../../node/core/market/deal.js';
import { address, gasWei, leaves, wei } from '../../node/core/units.js';

const provider = address(`0x${'1'.repeat(40)}`);
const operator = address(`0x${'2'.repeat(40)}`);
const peerId = 'a peer';
const addresses = ['/ip4/127.0.0.1/tcp/1'];
const ask: Ask = { price: wei(5n), egressPrice: wei(0n), minLeaves: leaves(1), maxLeaves: leaves(100), maxPeriods: 10 };
const stranger: SetupSnapshot = { provider, known: undefined, operator, operatorCoin: gasWei(0n), peerId };
const registered: SetupSnapshot = { ...stranger, known: { ask, lockLimit: wei(7n), operator } };
const keep = { ask: (now: Ask | undefined) => now ?? ask, lockLimit: undefined, addresses, operatorCoin: gasWei(0n) };

describe('setting a provider up', () => {
  it('registers one that is unknown, without a lock limit unless one is given, and then sends its operator coin', () => {
    expect(decideSetup({ ...keep, operatorCoin: gasWei(3n) }, stranger)).to.deep.equal([
      { kind: 'register', operator, peerId, addresses, ask, lockLimit: 0n },
      { kind: 'sendCoin', to: operator, amount: 3n },
    ]);
  });

  it('sends nothing for a registered one that is to stay as it is', () => {
    expect(decideSetup({ ...keep, lockLimit: wei(7n) }, registered)).to.deep.equal([]);
  });

  it('changes the ask and the lock limit of a registered one, where they differ', () => {
    const dearer = { ...ask, price: wei(6n) };
    expect(decideSetup({ ...keep, ask: () => dearer, lockLimit: wei(20n) }, registered)).to.deep.equal([
      { kind: 'setAsk', provider, ask: dearer },
      { kind: 'setLockLimit', provider, limit: 20n },
    ]);
  });

  it("tops the operator's coin up to what it is to have, once and not at every run", () => {
    const wish = { ...keep, operatorCoin: gasWei(10n) };
    expect(decideSetup(wish, { ...registered, operatorCoin: gasWei(4n) })).to.deep.equal([{ kind: 'sendCoin', to: operator, amount: 6n }]);
    expect(decideSetup(wish, { ...registered, operatorCoin: gasWei(10n) })).to.deep.equal([]);
  });
});
