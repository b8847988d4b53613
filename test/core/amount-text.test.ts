import { expect } from 'chai';
import { formatUnits, parseUnits } from 'ethers';
import fc from 'fast-check';
import { decimalText, parseDecimal } from '../../node/core/amount-text.js';

const read = (parse: (text: string) => bigint, text: string): bigint | 'refused' => {
  try {
    return parse(text);
  } catch {
    return 'refused';
  }
};

describe('amounts as people write them', () => {
  it('are read exactly as another library reads them, and refused where it refuses', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-'), maxLength: 26 });
    fc.assert(
      fc.property(digits, fc.constantFrom(0, 9, 18), (text, decimals) => {
        // A bare sign or point is taken for nothing by the other: here it is a slip.
        fc.pre(/\d/.test(text));
        expect(read((one) => parseDecimal(one, decimals), text)).to.equal(read((one) => parseUnits(one, decimals), text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('come back from their text', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 130n), max: 1n << 130n }), (amount) => {
        expect(parseDecimal(decimalText(amount, 18), 18)).to.equal(amount);
        expect(parseDecimal(formatUnits(amount, 18), 18)).to.equal(amount);
      }),
    );
  });

  it('are refused where they are no decimal number', () => {
    for (const text of ['', '.', '-', '-.', ' 1', '1 ', '1,5', '1e3', '0x10', '+1', '1.5.0', '١', '1_000', '0.0000000000000000001'])
      expect(() => parseDecimal(text, 18), text).to.throw(TypeError);
    expect(parseDecimal('.5', 1)).to.equal(5n);
    expect(parseDecimal('5.', 0)).to.equal(5n);
    expect(parseDecimal('0.50', 1)).to.equal(5n);
  });
});
