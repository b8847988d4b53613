import { expect } from 'chai';
import fc from 'fast-check';
import { sha256 } from '@noble/hashes/sha2.js';
import { hashPairs as native } from '../../../node/core/data/sha256-pairs/native.js';
import { hashPairs as wasm } from '../../../node/core/data/sha256-pairs/wasm.js';

const pairs = fc.integer({ min: 0, max: 40 }).chain((n) => fc.uint8Array({ minLength: n * 64, maxLength: n * 64 }));

for (const [name, hashPairs] of Object.entries({ native, wasm })) {
  describe(`pairs hashed by the ${name} implementation`, () => {
    it('are what @noble/hashes says, whatever their number', () => {
      fc.assert(
        fc.property(pairs, (input) => {
          const output = new Uint8Array(input.length / 2);
          hashPairs(input, output);
          for (let i = 0; i < input.length / 64; i++) {
            expect(output.subarray(i * 32, (i + 1) * 32)).to.deep.equal(sha256(input.subarray(i * 64, (i + 1) * 64)));
          }
        }),
      );
    });

    it('may lie inside larger buffers, and nothing around them is touched', () => {
      const room = new Uint8Array(64 * 9 + 5).fill(7);
      const output = new Uint8Array(32 * 9 + 6).fill(9);
      hashPairs(room.subarray(5), output.subarray(3, 3 + 32 * 9));
      expect([...output.subarray(0, 3), ...output.subarray(-3)]).to.deep.equal([9, 9, 9, 9, 9, 9]);
      expect(output.subarray(3, 35)).to.deep.equal(sha256(new Uint8Array(64).fill(7)));
    });

    it('must be whole, with an output of half the size', () => {
      expect(() => hashPairs(new Uint8Array(63), new Uint8Array(32))).to.throw(RangeError, 'pairs must be');
      expect(() => hashPairs(new Uint8Array(64), new Uint8Array(64))).to.throw(RangeError, 'pairs must be');
      expect(() => hashPairs(new Uint8Array(128), new Uint8Array(32))).to.throw(RangeError, 'pairs must be');
    });
  });
}
