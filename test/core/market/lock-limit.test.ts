import { expect } from 'chai';
import { lockLimitFor, nextLockLimit } from '../../../node/core/market/lock-limit.js';
import { MAX_STAKE, wei, type Wei } from '../../../node/core/units.js';

const parameters = { maxMisses: 5, missBps: 100 };
const after = (stake: bigint, lockLimit: bigint, amount: bigint): Wei =>
  nextLockLimit({ stake: wei(stake), lockLimit: wei(lockLimit) }, wei(amount), parameters);

describe('the limit of what may be locked', () => {
  it('has room above the locked stake for every miss that is no default, rounded up', () => {
    expect(lockLimitFor(wei(10_000n), parameters)).to.equal(10_500n);
    expect(lockLimitFor(wei(1n), parameters)).to.equal(2n);
    expect(lockLimitFor(wei(20n), parameters)).to.equal(21n);
    expect(lockLimitFor(wei(21n), parameters)).to.equal(23n);
    expect(lockLimitFor(wei(0n), parameters)).to.equal(0n);
  });

  it('follows the stake, and never falls with it', () => {
    expect(after(10_000n, 10_500n, 10_000n)).to.equal(21_000n);
    expect(after(10_000n, 10_000n, 10_000n)).to.equal(21_000n);
    expect(after(0n, 0n, 10_000n)).to.equal(10_500n);
    expect(after(10_000n, 30_000n, 10_000n)).to.equal(30_000n);
  });

  it('is never more than the contract can hold', () => {
    expect(after(0n, 0n, MAX_STAKE)).to.equal(MAX_STAKE);
  });

  it('stays where the owner has set it below the stake', () => {
    expect(after(10_000n, 9_999n, 10_000n)).to.equal(9_999n);
  });
});
