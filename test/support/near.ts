import { expect } from 'chai';

/** That two numbers with fractions differ by `most` at most. Hardhat's matchers, where they are loaded, take `closeTo` for whole numbers alone. */
export const expectNear = (actual: number, expected: number, most: number): void => {
  expect(Math.abs(actual - expected), `${actual} and ${expected} differ`).to.be.at.most(most);
};
