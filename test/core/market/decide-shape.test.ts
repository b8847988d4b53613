import { expect } from 'chai';
import fc from 'fast-check';
import { decideShape } from '../../../node/core/market/decide-shape.js';

/** The same probability, shard by shard: how likely each number of survivors is after one shard more. */
const survivors = (k: number, n: number, survival: number): number => {
  let chances = [1];
  for (let shard = 0; shard < n; shard++)
    chances = Array.from({ length: chances.length + 1 }, (_, left) => {
      const [without = 0, withIt = 0] = [chances[left], left === 0 ? 0 : chances[left - 1]];
      return without * (1 - survival) + withIt * survival;
    });
  return chances.slice(k).reduce((sum, chance) => sum + chance, 0);
};

describe('How many shards a durability takes', () => {
  it('is known of 99.99 % at 75 %', () => {
    const wanted = { target: 0.9999, survival: 0.75, most: 255 };
    const shards = [1, 2, 3, 4, 6, 8, 10, 20].map((k) => decideShape({ ...wanted, k }).n);
    expect(shards).to.deep.equal([7, 10, 12, 14, 17, 21, 25, 41]);
  });

  it('is as few as come to it, by another computation, or all that there can be', () => {
    const fraction = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 30 }), fraction, fraction, (k, more, survival, lost) => {
        const [target, most] = [1 - lost / 1_000, k + more];
        const { n, reached } = decideShape({ k, target, survival, most });
        expect(n).to.be.within(k, most);
        if (reached) expect(survivors(k, n, survival)).to.be.at.least(target - 1e-12);
        else expect(n).to.equal(most);
        const fewer = reached ? n - 1 : n;
        if (fewer >= k) expect(survivors(k, fewer, survival)).to.be.below(target + 1e-12);
      }),
    );
  });

  it('is never less than what brings a file back', () => {
    expect(decideShape({ k: 4, target: 0.9999, survival: 0.75, most: 2 })).to.deep.equal({ n: 4, reached: false });
    expect(decideShape({ k: 4, target: 0.5, survival: 1, most: 9 })).to.deep.equal({ n: 4, reached: true });
  });
});
