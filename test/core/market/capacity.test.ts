import { expect } from 'chai';
import { ANSWER_BYTES, answersPerTransaction, dealCapacity, MAX_SAMPLE_BYTES } from '../../../node/core/market/capacity.js';

describe('the deals that a provider can answer for', () => {
  it('are as many as a quarter of the window has room for, a transaction a block', () => {
    expect(answersPerTransaction(1_900_000)).to.equal(10);
    expect(answersPerTransaction(1_899_999)).to.equal(9);
    expect(dealCapacity({ windowBlocks: 20 }, 1_900_000)).to.equal(50);
    expect(dealCapacity({ windowBlocks: 23 }, 1_900_000)).to.equal(50);
    expect(dealCapacity({ windowBlocks: 24 }, 1_900_000)).to.equal(60);
  });

  it('are no more than the bytes of a transaction have room for', () => {
    expect(answersPerTransaction()).to.equal(28);
    expect([28 * ANSWER_BYTES <= MAX_SAMPLE_BYTES, 29 * ANSWER_BYTES <= MAX_SAMPLE_BYTES]).to.deep.equal([true, false]);
    expect(dealCapacity({ windowBlocks: 20 })).to.equal(140);
  });

  it('are those of one block where the window is of a few', () => {
    for (const windowBlocks of [2, 3, 7]) expect(dealCapacity({ windowBlocks }, 1_900_000)).to.equal(10);
  });
});
