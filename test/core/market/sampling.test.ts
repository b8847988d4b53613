import { expect } from 'chai';
import fc from 'fast-check';
import { dealIdOf } from '../../../node/core/market/deal-id.js';
import { auditRandom, challengeLeaf, drawLeaf, drawSlot, seedFrom } from '../../../node/core/market/sampling.js';
import { address, dealId, hash, leaves, MAX_LEAVES, period } from '../../../node/core/units.js';
import { readVectors } from '../../support/vectors.js';

const draws = readVectors<{
  chainId: number;
  period: number;
  market: string;
  renter: string;
  provider: string;
  salt: string;
  deal: string;
  blockHash: string;
  seed: string;
  total: string;
  weights: string[];
  leaves: number[];
  smallWeights: string[];
  samples: { i: number; low: string; high: string; slot: number; leaf: number }[];
  slots: { draw: number; slot: number }[];
}>('draws');
const identity = { chainId: BigInt(draws.chainId), market: address(draws.market) };
const weights = draws.weights.map(BigInt);

describe('the draw of an audit', () => {
  it('comes from the seed of the vectors', () => {
    expect(seedFrom(hash(draws.blockHash), period(draws.period), identity)).to.equal(draws.seed);
  });

  it('gives random halves, slots and leaves as in the vectors', () => {
    for (const { i, low, high, slot, leaf } of draws.samples) {
      const random = auditRandom(hash(draws.seed), address(draws.provider), i);
      expect(random).to.deep.equal({ low: BigInt(low), high: BigInt(high) });
      expect(drawSlot(weights, random.low)).to.equal(slot);
      expect(drawLeaf(random.high, leaves(draws.leaves[slot] ?? 0))).to.equal(leaf);
    }
  });

  it('gives each slot as many draws as it has weight, in order', () => {
    const small = draws.smallWeights.map(BigInt);
    for (const { draw, slot } of draws.slots) expect(drawSlot(small, BigInt(draw))).to.equal(slot);
    const total = small.reduce((a, b) => a + b, 0n);
    const counts = small.map(() => 0n);
    for (let draw = 0n; draw < total; draw++) {
      const slot = drawSlot(small, draw + 5n * total);
      counts[slot] = (counts[slot] ?? 0n) + 1n;
    }
    expect(counts).to.deep.equal(small);
  });

  it('lands in the slot whose weights before it are not above the target', () => {
    const someWeights = fc
      .array(fc.bigInt({ min: 0n, max: 2n ** 60n }), { minLength: 1, maxLength: 20 })
      .filter((list) => list.some((w) => w > 0n));
    fc.assert(
      fc.property(someWeights, fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (list, low) => {
        const before = (slot: number): bigint => list.slice(0, slot).reduce((a, b) => a + b, 0n);
        const target = low % before(list.length);
        const slot = drawSlot(list, low);
        expect(before(slot) <= target && target < before(slot + 1)).to.equal(true);
      }),
    );
  });

  it('never leaves the deal', () => {
    const count = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: MAX_LEAVES }));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), count, (high, size) => {
        expect(drawLeaf(high, leaves(size))).to.be.within(0, size - 1);
      }),
    );
  });

  it('cannot be made from nothing', () => {
    expect(() => drawSlot([], 1n)).to.throw(RangeError, 'weights must not all be zero');
    expect(() => drawSlot([0n, 0n], 1n)).to.throw(RangeError, 'weights must not all be zero');
    expect(() => drawLeaf(1n, leaves(0))).to.throw(RangeError, 'leaves must not be zero');
  });
});

describe('the draw of a direct challenge', () => {
  const challenges = readVectors<{
    seed: string;
    deal: string;
    samples: { i: number; leaves: number; leaf: number }[];
  }>('challenges');
  const [seed, deal] = [hash(challenges.seed), dealId(challenges.deal)];

  it('gives the leaves of the vectors', () => {
    expect(challenges.samples).to.have.length(35);
    for (const { i, leaves: count, leaf } of challenges.samples) expect(challengeLeaf(seed, deal, i, leaves(count))).to.equal(leaf);
  });

  it('is of that deal and seed alone, and not of a deal that stores nothing', () => {
    const drawn = challengeLeaf(seed, deal, 0, leaves(MAX_LEAVES));
    expect(challengeLeaf(hash(challenges.deal), deal, 0, leaves(MAX_LEAVES))).not.to.equal(drawn);
    expect(challengeLeaf(seed, dealId(challenges.seed), 0, leaves(MAX_LEAVES))).not.to.equal(drawn);
    expect(() => challengeLeaf(seed, deal, 0, leaves(0))).to.throw(RangeError, 'leaves must not be zero');
  });
});

describe('the id of a deal', () => {
  it('is the one in the vectors', () => {
    expect(dealIdOf(identity, address(draws.renter), address(draws.provider), hash(draws.salt))).to.equal(draws.deal);
  });

  it('differs on another chain or market', () => {
    const args = [address(draws.renter), address(draws.provider), hash(draws.salt)] as const;
    expect(dealIdOf({ ...identity, chainId: 1n }, ...args)).to.not.equal(draws.deal);
    expect(dealIdOf({ ...identity, market: address(draws.renter) }, ...args)).to.not.equal(draws.deal);
  });
});
