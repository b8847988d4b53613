import { expect } from 'chai';
import fc from 'fast-check';
import { concatBytes, fromHex, toHex } from '../../../node/core/data/bytes.js';
import { requireShape, createErasure } from '../../../node/core/data/erasure.js';
import { content } from '../../../scripts/lab/vectors/reference.js';
import { throwsCoded } from '../../support/coded-errors.js';
import { erasureWasm } from '../../support/erasure-wasm.js';
import { multiply, referenceDecode, referenceEncode } from '../../support/galois-field.js';
import { readVectors } from '../../support/vectors.js';

const erasure = createErasure(erasureWasm());
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

  it('frees the flags of a reconstruction once: thousands of odd shapes in turn all come out right', () => {
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
      throwsCoded(() => erasure.encode(new Uint8Array(8), k, n), 'ERASURE_SHAPE_INVALID');
      throwsCoded(() => erasure.reconstruct([], k, n), 'ERASURE_SHAPE_INVALID');
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
    expect(() => erasure.encode(new Uint8Array(33), 4, 6)).to.throw(RangeError, 'data must be 4 shards');
    expect(() => erasure.encode(new Uint8Array(), 4, 6)).to.throw(RangeError, 'data must be 4 shards');
  });
});
