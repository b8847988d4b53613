import { expect } from 'chai';
import { getAddress } from 'ethers';
import fc from 'fast-check';
import { typedAddress } from '../../node/core/typed-address.js';

const digits = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 });

/** Whether an address is taken as it is typed. */
const isTaken = (text: string, read: (text: string) => unknown = typedAddress): boolean => {
  try {
    read(text);
    return true;
  } catch {
    return false;
  }
};

describe('the checksum of an address', () => {
  it('is right as EIP-55 writes its examples, and wrong with one letter of the other case', () => {
    for (const text of [
      '0x52908400098527886E0F7030069857D2E4169EE7',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
      '0xde709f2102306220921060314715629080e2fb77',
    ])
      expect(isTaken(text), text).to.equal(true);
    expect(isTaken('0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD')).to.equal(false);
  });

  it('is taken and refused as another library does, whichever cases the letters have', () => {
    fc.assert(
      fc.property(digits, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), fc.boolean(), (lower, upper, right) => {
        const address = getAddress(`0x${lower}`);
        const text = right ? address : `0x${[...lower].map((digit, index) => (upper[index] ? digit.toUpperCase() : digit)).join('')}`;
        expect(isTaken(text), text).to.equal(isTaken(text, getAddress));
      }),
      { numRuns: 500 },
    );
  });

  it('is not needed where all letters are of one case', () => {
    const lower = 'de709f2102306220921060314715629080e2fb77';
    expect(isTaken(`0x${lower}`)).to.equal(true);
    expect(isTaken(`0x${lower.toUpperCase()}`)).to.equal(true);
  });
});
