import { expect } from 'chai';
import fc from 'fast-check';
import { bandsOf, bytesOfBands, wholeSlab, type Band, type ByteRange } from '../../../node/core/data/band.js';
import { createErasure } from '../../../node/core/data/erasure.js';
import { createSlabCoder } from '../../../node/core/data/slab-coder.js';
import { createSlabWork } from '../../../node/core/data/slab-work.js';
import { shardBytes, type EncodedShard, type PlacedShard } from '../../../node/core/data/slab.js';
import { LEAF_BYTES } from '../../../node/core/units.js';
import { content } from '../../../scripts/lab/vectors/reference.js';
import { rejectsCoded } from '../../support/coded-errors.js';
import { kept } from '../../support/kept-slabs.js';
import { codingOf, fetched, sampleSlabKey, slabOf } from '../../support/slab-codings.js';

const coder = kept(createSlabCoder(createSlabWork(createErasure())));

/** A code, a slab of it and a range of that. */
const cases = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 900 }))
  .chain(([k, length]) => fc.tuple(fc.constant(k), fc.constant(length), fc.nat(length - 1), fc.nat(length - 1)))
  .map(([k, length, one, other]) => ({ k, length, range: { start: Math.min(one, other), end: Math.max(one, other) + 1 } }));

/** The leaves of a band, of the shards of an encoded slab. */
const cut = (shards: readonly PlacedShard[], { from, count }: Pick<Band, 'from' | 'count'>): PlacedShard[] =>
  shards.map(({ place, bytes }) => ({ place, bytes: bytes.subarray(from * LEAF_BYTES, (from + count) * LEAF_BYTES) }));

const codingOfBand = ({ from, count, wanted }: Band, k: number, n: number) => {
  const bytes = count * LEAF_BYTES;
  return { k, n, length: k * bytes, parts: [{ key: sampleSlabKey, bytes, offset: from * LEAF_BYTES }], wanted };
};

describe('the bands of a range of a slab', () => {
  it('are three at most, do not overlap, and have those leaves of its data shards that the range touches, and no other', () => {
    fc.assert(
      fc.property(cases, ({ k, length, range }) => {
        const bands = bandsOf(range, length, k);
        expect(bands.length).to.be.within(1, 3);
        const size = shardBytes(length, k);
        const leafOf = (byte: number): string => `${Math.floor(byte / size)} ${Math.floor((byte % size) / LEAF_BYTES)}`;
        const touched = new Set(Array.from({ length: range.end - range.start }, (_, i) => leafOf(range.start + i)));
        const told = bands.flatMap(({ from, count, wanted }) =>
          wanted.flatMap((shard) => Array.from({ length: count }, (_, i) => `${shard} ${from + i}`)),
        );
        expect(told).to.have.members([...touched]);
        bands.slice(1).forEach(({ from }, i) => expect(from).to.be.at.least((bands[i] as Band).from + (bands[i] as Band).count));
      }),
    );
  });

  it('are one of all data shards where the range is all of the slab', () => {
    expect(bandsOf({ start: 0, end: 1_024 }, 1_024, 4)).to.deep.equal([wholeSlab(1_024, 4)]);
  });

  it('are made of a range in the slab alone', () => {
    const bad: ByteRange[] = [
      { start: 0, end: 0 },
      { start: 5, end: 4 },
      { start: -1, end: 4 },
      { start: 0, end: 101 },
      { start: 0.5, end: 4 },
    ];
    for (const range of bad) expect(() => bandsOf(range, 100, 4)).to.throw(RangeError, '0…100');
  });

  it('give the bytes of the range, in order, from their data shards alone, and from any k shards', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(), async ({ k, length, range }, turn) => {
        const n = k + 2;
        const plaintext = content(7, length);
        const encoded = await coder.encode(...slabOf(plaintext, k, n));
        const bands = bandsOf(range, length, k);
        const any = Array.from({ length: k }, (_, i) => (i + turn) % n);
        for (const shardsOf of [(band: Band) => band.wanted, () => any]) {
          const plain = await Promise.all(
            bands.map(async (band) => ({
              ...band,
              bytes: await coder.decode(cut(fetched(encoded, shardsOf(band)), band), codingOfBand(band, k, n)),
            })),
          );
          const bytes = Buffer.concat([...bytesOfBands(range, plain, length, k)]);
          expect(Buffer.compare(bytes, plaintext.subarray(range.start, range.end))).to.equal(0);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the slab coder, of which some data shards are wanted', () => {
  const plaintext = content(3, 640);
  let shards: (indices: readonly number[]) => PlacedShard[];
  before(async () => {
    const encoded: ReadonlyMap<number, EncodedShard> = await coder.encode(...slabOf(plaintext));
    shards = (indices) => fetched(encoded, indices);
  });

  it('takes those alone, and makes one that is missing of k others', async () => {
    for (const indices of [
      [2, 1],
      [0, 5, 2, 1],
      [5, 4, 3, 1],
    ]) {
      const bytes = await coder.decode(shards(indices), { ...codingOf(640), wanted: [1, 2] });
      expect(Buffer.compare(bytes.subarray(160, 480), plaintext.subarray(160, 480)), indices.join()).to.equal(0);
    }
  });

  it('wants k shards where one of those is missing, or twice there', async () => {
    for (const indices of [[1], [1, 3, 5], [1, 1], [1, 2, 2]])
      await rejectsCoded(coder.decode(shards(indices), { ...codingOf(640), wanted: [1, 2] }), 'SHARDS_TOO_FEW');
  });

  it('refuses to want what is no data shard, and nothing', async () => {
    for (const wanted of [[], [4], [-1], [0.5]]) {
      const error = await coder.decode(shards([0, 1, 2, 3]), { ...codingOf(640), wanted }).catch((cause: unknown) => cause);
      expect(error, wanted.join()).to.be.instanceOf(RangeError);
    }
  });
});
