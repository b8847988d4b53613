import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { concatBytes, fromHex, toHex } from '../../../node/core/data/bytes.js';
import { requireShape, createErasure } from '../../../node/core/data/erasure.js';
import { content } from '../../../scripts/lab/vectors/reference.js';
import { throwsCoded } from '../../support/coded-errors.js';
import { multiply, referenceDecode, referenceEncode } from '../../support/galois-field.js';
import { plainErasure } from '../../support/plain-erasure.js';
import { readVectors } from '../../support/vectors.js';

const inPlace = createErasure();
const erasure = plainErasure(inPlace);
const shard = (shards: Uint8Array, size: number, i: number): Uint8Array => shards.slice(i * size, (i + 1) * size);
const shape = fc
  .integer({ min: 1, max: 9 })
  .chain((k) => fc.tuple(fc.constant(k), fc.integer({ min: k, max: k + 6 }), fc.integer({ min: 1, max: 5 })));
const coded = shape.chain(([k, n, size]) =>
  fc.record({
    k: fc.constant(k),
    n: fc.constant(n),
    size: fc.constant(size),
    data: fc.uint8Array({ minLength: k * size, maxLength: k * size }),
    kept: fc.shuffledSubarray([...Array(n).keys()], { minLength: k, maxLength: n }),
  }),
);

describe('the plain GF(256) reference', () => {
  it('multiplies as in the field of x^8+x^4+x^3+x^2+1', () => {
    expect([multiply(0, 7), multiply(1, 7), multiply(2, 0x80), multiply(3, 3), multiply(0xff, 0xff)]).to.deep.equal([0, 7, 0x1d, 5, 0xe2]);
  });
});

describe('the erasure code', () => {
  it('gives the golden shards, and so does the reference', () => {
    const goldens = readVectors<{ seed: number; k: number; n: number; size: number; parity: string[] }[]>('shards');
    const shapes = goldens.map(({ k, n }) => `${k} of ${n}`);
    expect(shapes).to.include.members(['4 of 6', '1 of 3', '3 of 3', '10 of 30']);
    for (const { seed, k, n, size, parity } of goldens) {
      const data = content(seed, k * size);
      const expected = concatBytes(data, ...parity.map(fromHex));
      expect(toHex(referenceEncode(data, k, n)), `reference, ${k} of ${n}`).to.equal(toHex(expected));
      expect(toHex(erasure.encode(data, k, n)), `${k} of ${n}`).to.equal(toHex(expected));
    }
  });

  it('codes like the reference, and any k shards give the data back', () => {
    fc.assert(
      fc.property(coded, ({ k, n, size, data, kept }) => {
        const shards = erasure.encode(data, k, n);
        expect(shards).to.deep.equal(referenceEncode(data, k, n));
        const places = Array.from({ length: n }, (_, i) => (kept.includes(i) ? shard(shards, size, i) : undefined));
        expect(erasure.reconstruct(places, k, n)).to.deep.equal(data);
        expect(referenceDecode(new Map(kept.map((i) => [i, shard(shards, size, i)])), k, n)).to.deep.equal(data);
      }),
      { numRuns: 60 },
    );
  });

  it('codes a large slab and survives the loss of n − k shards', () => {
    const size = 64 << 10;
    const data = content(1, 4 * size);
    const shards = erasure.encode(data, 4, 6);
    const places = [undefined, shard(shards, size, 1), undefined, ...[3, 4, 5].map((i) => shard(shards, size, i))];
    expect(Buffer.compare(erasure.reconstruct(places, 4, 6), data)).to.equal(0);
  });

  it('does not change what it is given', () => {
    const data = content(2, 128);
    const shards = erasure.encode(data, 4, 6);
    const places = [undefined, ...[1, 2, 3, 4].map((i) => shard(shards, 32, i)), undefined];
    const before = places.map((place) => place?.slice());
    erasure.reconstruct(places, 4, 6);
    expect(places).to.deep.equal(before);
    expect(data).to.deep.equal(content(2, 128));
  });

  it('gives the shards that files were stored with, also of the largest codes and of odd lengths', () => {
    const goldens = readVectors<{ seed: number; k: number; n: number; size: number; sha256: string }[]>('large-shards');
    expect(goldens.map(({ k, n }) => `${k} of ${n}`)).to.include.members(['4 of 12', '1 of 255', '127 of 255', '254 of 255']);
    for (const { seed, k, n, size, sha256 } of goldens) {
      const shards = erasure.encode(content(seed, k * size), k, n);
      expect(toHex(createHash('sha256').update(shards).digest()), `${k} of ${n}`).to.equal(sha256);
      const lost = new Set(Array.from({ length: n - k }, (_, i) => (i * 7 + seed) % n));
      const places = Array.from({ length: n }, (_, i) => (lost.has(i) ? undefined : shard(shards, size, i)));
      expect(Buffer.compare(erasure.rebuildAll(places, k, n), shards), `${k} of ${n} rebuilt`).to.equal(0);
    }
  });

  it('rebuilds every shard that is lost, parity too, as the reference has it, for all small codes and whatever is lost', () => {
    for (let n = 1; n <= 8; n++) {
      for (let k = 1; k <= n; k++) {
        const data = content(10 * n + k, 3 * k);
        const shards = referenceEncode(data, k, n);
        expect(erasure.encode(data, k, n), `${k} of ${n}`).to.deep.equal(shards);
        for (let kept = 0; kept < 2 ** n; kept++) {
          const places = Array.from({ length: n }, (_, i) => ((kept >> i) & 1 ? shard(shards, 3, i) : undefined));
          if (places.filter((place) => place !== undefined).length < k) continue;
          expect(Buffer.compare(erasure.rebuildAll(places, k, n), shards), `${k} of ${n}, kept ${kept.toString(2)}`).to.equal(0);
        }
      }
    }
  });

  it('writes what is wanted and nothing else, wherever it lies, for every length around those that it works by', () => {
    for (const size of [1, 15, 16, 17, 31, 32, 33, 63, 65, 4096, 43_680, 43_681, 43_711, 43_713, 100_001]) {
      const slab = new Uint8Array(6 * size + 2).fill(0xaa);
      const data = content(size, 4 * size);
      slab.set(data, 1);
      inPlace.encode(slab.subarray(1, -1), 4, 6);
      expect([slab[0], slab.at(-1)], `${size} bytes`).to.deep.equal([0xaa, 0xaa]);
      const shards = slab.slice(1, -1);
      expect(Buffer.compare(shards.subarray(0, 4 * size), data), `${size} bytes`).to.equal(0);
      const room = new Uint8Array(size + 2).fill(0x55);
      const places = [undefined, undefined, ...[2, 3, 4, 5].map((i) => shard(shards, size, i))];
      inPlace.rebuild(places, new Map([[1, room.subarray(1, -1)]]), 4, 6);
      expect([room[0], room.at(-1)], `${size} bytes`).to.deep.equal([0x55, 0x55]);
      expect(Buffer.compare(room.subarray(1, -1), shard(shards, size, 1)), `${size} bytes`).to.equal(0);
    }
  });

  it('wants nothing that is there, and no more room or less than a shard', () => {
    const [one, two] = [new Uint8Array(32), new Uint8Array(32)];
    const rebuild = (index: number, room: Uint8Array) => () => inPlace.rebuild([one, two, undefined], new Map([[index, room]]), 2, 3);
    expect(rebuild(1, new Uint8Array(32))).to.throw(RangeError, 'shard wanted');
    for (const index of [-1, 3, 0.5]) expect(rebuild(index, new Uint8Array(32))).to.throw(RangeError, 'shard wanted');
    expect(rebuild(2, new Uint8Array(31))).to.throw(RangeError, 'one length');
    expect(rebuild(2, new Uint8Array(33))).to.throw(RangeError, 'one length');
    rebuild(2, new Uint8Array(32))();
  });

  it('codes thousands of odd shapes in turn, and all come out right', () => {
    for (let turn = 0; turn < 3000; turn++) {
      const [k, size] = [1 + (turn % 9), 1 + (turn % 5)];
      const data = new Uint8Array(k * size).fill(turn);
      const shards = erasure.encode(data, k, k + 2);
      const places = Array.from({ length: k + 2 }, (_, i) => (i === 0 ? undefined : shard(shards, size, i)));
      expect(Buffer.compare(erasure.reconstruct(places, k, k + 2), data), `turn ${turn}`).to.equal(0);
    }
  });

  it('refuses shapes that are no code, in plain words', () => {
    for (const [k, n] of [
      [0, 1],
      [2, 1],
      [-1, 3],
      [1.5, 3],
      [4, 256],
      [NaN, 6],
    ] as const) {
      const error = throwsCoded(() => requireShape(k, n), 'ERASURE_SHAPE_INVALID');
      expect(error.data).to.deep.equal({ k, n });
      throwsCoded(() => inPlace.encode(new Uint8Array(8), k, n), 'ERASURE_SHAPE_INVALID');
      throwsCoded(() => inPlace.rebuild([], new Map(), k, n), 'ERASURE_SHAPE_INVALID');
    }
    for (const [k, n] of [
      [1, 1],
      [1, 255],
      [255, 255],
    ] as const)
      requireShape(k, n);
  });

  it('says how many shards are there and how many are needed', () => {
    const one = new Uint8Array(32);
    const error = throwsCoded(() => erasure.reconstruct([one, undefined, one, undefined, undefined, one], 4, 6), 'SHARDS_TOO_FEW');
    expect(error.data).to.deep.equal({ present: 3, needed: 4 });
  });

  it('refuses shards of different lengths and data that is not k shards', () => {
    const [one, two] = [new Uint8Array(32), new Uint8Array(64)];
    expect(() => erasure.reconstruct([one, two], 1, 2)).to.throw(RangeError, 'one length');
    expect(() => erasure.reconstruct([one], 1, 2)).to.throw(RangeError, 'must have 2 places');
    expect(() => erasure.reconstruct([new Uint8Array(), undefined], 1, 2)).to.throw(RangeError, 'not zero');
    expect(() => inPlace.encode(new Uint8Array(49), 4, 6)).to.throw(RangeError, 'a slab must be 6 shards');
    expect(() => inPlace.encode(new Uint8Array(), 4, 6)).to.throw(RangeError, 'a slab must be 6 shards');
  });
});
