import { expect } from 'chai';
import fc from 'fast-check';
import { durability, percentDown } from '../../../node/core/market/durability.js';
import { expectNear } from '../../support/near.js';

/** The same by all 2^n fates of n shards. */
const counted = (k: number, n: number, survival: number): number => {
  let sum = 0;
  for (let fate = 0; fate < 1 << n; fate++) {
    const left = fate.toString(2).replaceAll('0', '').length;
    if (left >= k) sum += survival ** left * (1 - survival) ** (n - left);
  }
  return sum;
};

describe('durability', () => {
  it('is the probability of every fate of the shards that leaves k', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(12), fc.double({ min: 0, max: 1, noNaN: true }), (n, some, survival) => {
        const k = some % (n + 1);
        expectNear(durability(k, n, survival), counted(k, n, survival), 1e-12);
      }),
    );
  });

  it('grows with every shard more and falls with every one that is needed, up to the largest codes', () => {
    for (const n of [6, 30, 255]) {
      expect(durability(1, n, 0.75)).to.be.at.most(1);
      for (let k = 2; k < n; k++) {
        expect(durability(k, n, 0.75)).to.be.at.most(durability(k - 1, n, 0.75));
        expect(durability(k, n, 0.75)).to.be.at.least(durability(k, n - 1, 0.75));
      }
    }
  });

  it('is refused for what is no code or no probability', () => {
    for (const [k, n, p] of [
      [7, 6, 0.5],
      [-1, 6, 0.5],
      [1.5, 6, 0.5],
      [1, 6, 1.5],
      [1, 6, Number.NaN],
    ] as const)
      expect(() => durability(k, n, p)).to.throw(RangeError);
  });

  it('is told as a percentage that never says more than there is', () => {
    expect([0, 0.5, 0.830566, 0.99999, 0.999949, 1].map(percentDown)).to.deep.equal([
      '0.00 %',
      '50.00 %',
      '83.05 %',
      '99.9990 %',
      '99.994 %',
      '100 %',
    ]);
    expect(percentDown(durability(4, 6, 0.75))).to.equal('83.05 %');
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (fraction) => {
        expect(Number.parseFloat(percentDown(fraction))).to.be.at.most(fraction * 100 + 1e-12);
      }),
    );
  });
});
