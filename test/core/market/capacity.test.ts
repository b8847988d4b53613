import { expect } from 'chai';
import { answersPerTransaction, dealCapacity } from '../../../node/core/market/capacity.js';

describe('the deals that a provider can answer for', () => {
  it('are as many as a quarter of the window has room for, a transaction a block', () => {
    expect(answersPerTransaction(1_900_000)).to.equal(10);
    expect(answersPerTransaction(1_899_999)).to.equal(9);
    expect(dealCapacity({ windowBlocks: 20 }, 1_900_000)).to.equal(50);
    expect(dealCapacity({ windowBlocks: 23 }, 1_900_000)).to.equal(50);
    expect(dealCapacity({ windowBlocks: 24 }, 1_900_000)).to.equal(60);
  });

  it('are those of one block where the window is of a few', () => {
    for (const windowBlocks of [2, 3, 7]) expect(dealCapacity({ windowBlocks }, 1_900_000)).to.equal(10);
  });
});
