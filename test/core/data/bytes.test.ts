import { expect } from 'chai';
import fc from 'fast-check';
import { concatBytes, equalBytes, fromHex, toHex, uintBytes, uintOf } from '../../../node/core/data/bytes.js';
import { keccak256 } from '../../../node/core/data/keccak.js';

describe('bytes', () => {
  it('go to hex and back', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void expect(fromHex(toHex(bytes))).to.deep.equal(bytes)));
    expect(toHex(Uint8Array.of(0, 10, 255))).to.equal('0x000aff');
  });

  it('are not read from anything but 0x-prefixed hex of whole bytes', () => {
    for (const text of ['', '0', '00', '0x0', '0xgg', '0x00 ', '0X00'])
      expect(() => fromHex(text), text).to.throw(TypeError, 'bytes must be');
  });

  it('are joined and compared by content', () => {
    expect(concatBytes(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3))).to.deep.equal(Uint8Array.of(1, 2, 3));
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).to.equal(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).to.equal(false);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).to.equal(false);
  });

  it('hold unsigned integers big endian, and refuse those that do not fit', () => {
    expect(uintBytes(258, 3)).to.deep.equal(Uint8Array.of(0, 1, 2));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) => void expect(uintOf(uintBytes(value, 32))).to.equal(value)),
    );
    expect(uintOf(new Uint8Array())).to.equal(0n);
    expect(() => uintBytes(256, 1)).to.throw(RangeError, 'value must fit 1 bytes');
    expect(() => uintBytes(-1n, 4)).to.throw(RangeError, 'value must fit 4 bytes');
  });

  it('have the keccak-256 of Ethereum', () => {
    expect(keccak256(new Uint8Array())).to.equal('0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
  });
});
