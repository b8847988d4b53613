import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { findLeak as findLeakIn, type Leak } from '../../scripts/demo/summary-check/leak.js';

const place = (stored: Uint8Array, at: number, piece: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(stored);
  copy.set(piece, at);
  return copy;
};

/** Among other files, which are looked through as well. */
const findLeak = (plaintext: Uint8Array, stored: Uint8Array): Leak | undefined => findLeakIn(plaintext, [new Uint8Array(64), stored]);

describe('the search for plaintext in sectors', () => {
  const plaintext = randomBytes(5_000);
  const stored = randomBytes(8_192);

  it('finds nothing in bytes that have nothing to do with it', () => {
    expect(findLeak(plaintext, stored)).to.equal(undefined);
  });

  it('finds 64 bytes from anywhere at any offset', () => {
    fc.assert(
      fc.property(fc.nat(plaintext.length - 64), fc.nat(stored.length - 64), (from, at) => {
        const leak = findLeak(plaintext, place(stored, at, plaintext.subarray(from, from + 64)));
        expect(leak).to.not.equal(undefined);
        expect((leak?.plaintextOffset ?? 0) - from).to.equal((leak?.storedOffset ?? 0) - at);
      }),
      { numRuns: 40 },
    );
  });

  it('does not take 63 bytes for a leak', () => {
    for (let at = 0; at < 40; at += 7) {
      const leaky = place(stored, at, plaintext.subarray(100, 163));
      for (const end of [at - 1, at + 63]) if (end >= 0) leaky[end] = (plaintext[100 + end - at] ?? 0) ^ 1;
      expect(findLeak(plaintext, leaky)).to.equal(undefined);
    }
  });

  it('does not take a run of one byte for a leak, however long', () => {
    expect(findLeak(new Uint8Array(4_096), place(stored, 512, new Uint8Array(2_048)))).to.equal(undefined);
    expect(findLeak(new Uint8Array(4_096).fill(7), new Uint8Array(1 << 20).fill(7))).to.equal(undefined);
  });

  it('finds the edge of a run', () => {
    const edge = new Uint8Array(1_000);
    edge.set(randomBytes(17), 500);
    for (const at of [0, 1, 31, 100]) expect(findLeak(edge, place(stored, at, edge.subarray(453, 517)))).to.not.equal(undefined);
  });

  it('finds nothing in files that are too short to hold a window', () => {
    expect(findLeak(plaintext.subarray(0, 63), plaintext)).to.equal(undefined);
    expect(findLeak(plaintext, plaintext.subarray(0, 63))).to.equal(undefined);
  });
});
