import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import * as native from '../../../node/core/data/sha256/native.js';
import * as web from '../../../node/core/data/sha256/web.js';

for (const [name, { createSha256, sha256 }] of Object.entries({ native, web })) {
  describe(`SHA-256 by the ${name} implementation`, () => {
    it('is what node:crypto says, whatever parts the bytes come in', () => {
      fc.assert(
        fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (parts) => {
          const state = createSha256();
          const expected = createHash('sha256');
          for (const part of parts) {
            state.update(part);
            expected.update(part);
          }
          expect(state.digest()).to.deep.equal(new Uint8Array(expected.digest()));
        }),
      );
    });

    it('is right for every length about a block and far beyond, and leaves the bytes alone', async () => {
      for (const length of [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1 << 16, 1_000_003]) {
        const bytes = Uint8Array.from({ length }, (_, i) => i * 31 + length);
        const before = Buffer.from(bytes);
        const expected = new Uint8Array(createHash('sha256').update(bytes).digest());
        expect(await sha256(bytes), `${length} bytes`).to.deep.equal(expected);
        const state = createSha256();
        state.update(bytes);
        expect(state.digest(), `${length} bytes`).to.deep.equal(expected);
        expect(Buffer.compare(bytes, before)).to.equal(0);
      }
    });

    it('keeps two that are under way apart', () => {
      const [one, two] = [createSha256(), createSha256()];
      for (let turn = 0; turn < 100; turn++) {
        one.update(new Uint8Array(turn).fill(1));
        two.update(new Uint8Array(turn).fill(2));
      }
      const expected = (byte: number): Uint8Array => new Uint8Array(createHash('sha256').update(Buffer.alloc(4950, byte)).digest());
      expect([one.digest(), two.digest()]).to.deep.equal([expected(1), expected(2)]);
    });
  });
}
