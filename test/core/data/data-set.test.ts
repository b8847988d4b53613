import { expect } from 'chai';
import fc from 'fast-check';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, fromHex, toHex, uintBytes } from '../../../node/core/data/bytes.js';
import { dataSetOf, descriptorOf, type SectorRef } from '../../../node/core/data/data-set.js';
import { isValidPath } from '../../../node/core/data/merkle.js';
import { hash, leaves, SECTOR_LEAVES } from '../../../node/core/units.js';
import { referenceRoot } from '../../support/reference-tree.js';
import { readVectors } from '../../support/vectors.js';

interface Vector {
  readonly sectorRoots: readonly string[];
  readonly sectorLeaves: readonly number[];
  readonly descriptors: readonly string[];
  readonly root: string;
  readonly leaves: number;
  readonly sectors: number;
  readonly samples: readonly { position: number; index: number; start: number; count: number; descriptorPath: string[] }[];
}
const sectorsOf = (vector: Vector): SectorRef[] =>
  vector.sectorRoots.map((root, i) => ({ root: hash(root), leaves: leaves(vector.sectorLeaves[i] ?? 0) }));
const sector = (count: number, fill = 'ab'): SectorRef => ({ root: hash(`0x${fill.repeat(32)}`), leaves: count as SectorRef['leaves'] });

describe('the data set of a deal', () => {
  it('has the root, the counts, the places and the paths of the vectors', () => {
    for (const vector of readVectors<Vector[]>('data-sets')) {
      const set = dataSetOf(sectorsOf(vector));
      expect({ root: set.root, leaves: set.leaves, sectors: set.sectors }).to.deep.equal({
        root: vector.root,
        leaves: vector.leaves,
        sectors: vector.sectors,
      });
      for (const { position, index, start, count, descriptorPath } of vector.samples) {
        expect(set.locate(position)).to.deep.equal({ index, start, count });
        expect(set.descriptorPath(index).map(toHex)).to.deep.equal(descriptorPath);
      }
    }
  });

  it('describes a sector by root, start and count', () => {
    const expected = sha256(concatBytes(fromHex(sector(5).root), uintBytes(77, 8), uintBytes(5, 8), new Uint8Array(16)));
    expect(descriptorOf(sector(5), 77)).to.deep.equal(expected);
  });

  it('finds every leaf in exactly one sector, whose descriptor lies under the root', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }), (counts) => {
        const sectors = counts.map((count, i) => sector(count, i.toString(16).padStart(2, '0')));
        const set = dataSetOf(sectors);
        const starts = counts.map((_, i) => counts.slice(0, i).reduce((a, b) => a + b, 0));
        const descriptors = sectors.map((one, i) => descriptorOf(one, starts[i] ?? 0));
        expect(set.root).to.equal(toHex(referenceRoot(descriptors)));
        const places = counts.flatMap((count, index) => Array.from({ length: count }, () => ({ index, start: starts[index], count })));
        expect(places.map((_, leaf) => set.locate(leaf))).to.deep.equal(places);
        descriptors.forEach((leaf, index) => {
          const claim = { root: set.root, leaf, index, count: set.sectors, path: set.descriptorPath(index) };
          expect(isValidPath(claim)).to.equal(true);
        });
      }),
    );
  });

  it('depends on the order of its sectors', () => {
    expect(dataSetOf([sector(1), sector(2)]).root).to.not.equal(dataSetOf([sector(2), sector(1)]).root);
  });

  it('refuses sectors without leaves or over 4 MiB, and leaves that are not there', () => {
    for (const count of [0, -1, 1.5, SECTOR_LEAVES + 1])
      expect(() => dataSetOf([sector(count)])).to.throw(RangeError, 'a sector must have');
    const set = dataSetOf([sector(3)]);
    for (const leaf of [-1, 3, 0.5, NaN]) expect(() => set.locate(leaf)).to.throw(RangeError, 'leaf must be in');
    expect(() => dataSetOf([]).locate(0)).to.throw(RangeError, 'leaf must be in');
  });
});
