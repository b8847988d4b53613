import { expect } from 'chai';
import fc from 'fast-check';
import { decided, firstBlockOf, frozen, offsetAt, periodAt, type ProviderMoment } from '../../../node/core/market/schedule.js';
import { period, weight } from '../../../node/core/units.js';
import { devnetParameters as parameters } from '../../support/memory-market/market-parameters.js';

const genesis = 1000;
const { periodBlocks: P, windowBlocks: W } = parameters;
const bob = (block: number, change: Partial<ProviderMoment> = {}): ProviderMoment => ({
  block,
  genesis,
  parameters,
  total: weight(3n),
  lastProven: period(4),
  ...change,
});

describe('the schedule (R2)', () => {
  it('counts periods from 1 and offsets from 0', () => {
    expect([genesis, genesis + P - 1, genesis + P].map((block) => periodAt(block, genesis, P))).to.deep.equal([1, 1, 2]);
    expect([genesis, genesis + P - 1, genesis + P].map((block) => offsetAt(block, genesis, P))).to.deep.equal([0, P - 1, 0]);
    expect(firstBlockOf(1, genesis, P)).to.equal(genesis);
  });

  it('puts every block into the period whose first block is at or before it', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 4, max: 50_000 }), (after, length) => {
        const block = genesis + after;
        const first = firstBlockOf(periodAt(block, genesis, length), genesis, length);
        expect(first + offsetAt(block, genesis, length)).to.equal(block);
      }),
    );
  });

  it('knows nothing before genesis', () => {
    expect(() => periodAt(genesis - 1, genesis, P)).to.throw(RangeError, 'block must be');
    expect(() => offsetAt(genesis - 1, genesis, P)).to.throw(RangeError, 'block must be');
  });

  it('freezes a provider from S(p) on until it proves or its window ends', () => {
    const start = firstBlockOf(5, genesis, P);
    expect(frozen(bob(start - 1, { lastProven: period(4) }))).to.equal(false);
    expect([0, 1, W - 1].map((offset) => frozen(bob(start + offset)))).to.deep.equal([true, true, true]);
    expect([W, P - 1].map((offset) => frozen(bob(start + offset)))).to.deep.equal([false, false]);
    expect(frozen(bob(start + P))).to.equal(true);
    expect(frozen(bob(start + 3, { lastProven: period(5) }))).to.equal(false);
    expect(frozen(bob(start + 3, { total: weight(0n) }))).to.equal(false);
  });

  it('has decided the current period once proven, after the window, or with nothing stored', () => {
    const start = firstBlockOf(5, genesis, P);
    expect(decided(bob(start))).to.equal(4);
    expect(decided(bob(start + W - 1))).to.equal(4);
    expect(decided(bob(start + W))).to.equal(5);
    expect(decided(bob(start + 1, { lastProven: period(5) }))).to.equal(5);
    expect(decided(bob(start, { total: weight(0n), lastProven: period(0) }))).to.equal(5);
    expect(decided(bob(genesis, { lastProven: period(0) }))).to.equal(0);
  });
});
