import { expect } from 'chai';
import { formatUnits, parseUnits } from 'ethers';
import fc from 'fast-check';
import { decimalText, parseDecimal, showTokens, tokensUp } from '../../node/core/amount-text.js';

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

describe('tokens as people are shown them', () => {
  const UNIT = 10n ** 12n;

  it('have six decimals at most, the nearest, and are never nothing where they are something', () => {
    const shown: readonly (readonly [bigint, string])[] = [
      [0n, '0'],
      [1n, '<0.000001'],
      [UNIT / 2n - 1n, '<0.000001'],
      [UNIT / 2n, '0.000001'],
      [10n ** 18n / 3n, '0.333333'],
      [(2n * 10n ** 18n) / 3n, '0.666667'],
      [158n * 10n ** 18n, '158'],
      [-(10n ** 18n) / 2n, '-0.5'],
      [-1n, '-0.000001'],
    ];
    expect(shown.map(([amount]) => showTokens(amount))).to.deep.equal(shown.map(([, text]) => `${text} HOLD`));
  });

  it('bring at least what is needed where a command is suggested, by less than a millionth more', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 96n }), (amount) => {
        const text = tokensUp(amount);
        expect(text).to.match(/^\d+(\.\d{1,6})?$/);
        const more = parseDecimal(text, 18) - amount;
        expect(more >= 0n && more < UNIT).to.equal(true);
      }),
    );
  });
});
