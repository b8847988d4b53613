import { expect } from 'chai';
import {
  address,
  blockNumber,
  dealId,
  gasWei,
  hash,
  leaves,
  leavesOf,
  MAX_LEAVES,
  period,
  signature,
  wei,
  weight,
} from '../../node/core/units.js';

describe('units', () => {
  it('are checked at the boundary: TypeError for the wrong kind, RangeError for the wrong value, with a title', () => {
    expect(() => leaves(1.5)).to.throw(TypeError, 'leaves must be an integer');
    expect(() => leaves(-1)).to.throw(RangeError, 'leaves must be in');
    expect(() => leaves(MAX_LEAVES + 1)).to.throw(RangeError, 'leaves must be in');
    expect(() => period(2 ** 32)).to.throw(RangeError, 'period must be in');
    expect(() => period(NaN)).to.throw(TypeError, 'period must be an integer');
    expect(() => blockNumber(-1)).to.throw(RangeError, 'block must be in');
    expect(() => weight(2n ** 64n)).to.throw(RangeError, 'weight must fit 64 bits');
    expect(() => wei(-1n)).to.throw(RangeError, 'amount must fit 256 bits');
    expect(() => gasWei(2n ** 256n)).to.throw(RangeError, 'amount must fit 256 bits');
    expect(() => address('0x12')).to.throw(RangeError, 'address must have 20 bytes');
    expect(() => hash('12'.repeat(32))).to.throw(TypeError, 'hash must be 0x-prefixed hex');
    expect(() => signature(`0x${'1'.repeat(129)}`)).to.throw(RangeError, 'signature must have 65 bytes');
  });

  it('keep their value, hex in lower case', () => {
    expect([leaves(MAX_LEAVES), period(2 ** 32 - 1), blockNumber(0)]).to.deep.equal([MAX_LEAVES, 2 ** 32 - 1, 0]);
    expect([wei(2n ** 256n - 1n), weight(2n ** 64n - 1n), gasWei(0n)]).to.deep.equal([2n ** 256n - 1n, 2n ** 64n - 1n, 0n]);
    expect(address(`0x${'Ab'.repeat(20)}`)).to.equal(`0x${'ab'.repeat(20)}`);
    expect(dealId(`0x${'F0'.repeat(32)}`)).to.equal(`0x${'f0'.repeat(32)}`);
  });

  it('count the leaves that hold some bytes', () => {
    expect([0, 1, 31, 32, 33, 4 << 20].map(leavesOf)).to.deep.equal([0, 1, 1, 1, 2, 131072]);
    expect(() => leavesOf(0.5)).to.throw(TypeError, 'bytes must be an integer');
  });
});
