import { expect } from 'chai';
import fc from 'fast-check';
import { fromHex, toHex } from '../../../node/core/data/bytes.js';
import {
  buildTree,
  depthOf,
  pathOf,
  rootOf,
  sectorLeaves,
  sectorRoot,
  isValidPath,
  zeroHash,
  type PathClaim,
} from '../../../node/core/data/merkle.js';
import { SECTOR_BYTES } from '../../../node/core/units.js';
import { content } from '../../../scripts/lab/vectors/reference.js';
import { hashPair, numberedLeaves, referenceLeaves, referenceRoot } from '../../support/reference-tree.js';
import { readVectors } from '../../support/vectors.js';

const edges = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 127, 128, 129, 1023, 1024, 1025];
const claimOf = (count: number, index: number): PathClaim => {
  const leaves = numberedLeaves(count);
  const tree = buildTree(leaves);
  return { root: rootOf(tree), leaf: leaves.slice(index * 32, (index + 1) * 32), index, count, path: pathOf(tree, index) };
};

describe('a Merkle tree', () => {
  it('has the depth of the next power of two', () => {
    expect([0, 1, 2, 3, 4, 5, 8, 9, 2 ** 17, 2 ** 17 + 1, 2 ** 40].map(depthOf)).to.deep.equal([0, 0, 1, 2, 2, 3, 3, 4, 17, 18, 40]);
    for (const count of [-1, 0.5, NaN, 2 ** 49]) expect(() => depthOf(count)).to.throw(RangeError, 'count must be in');
  });

  it('is padded with roots of zero trees', () => {
    expect(zeroHash(0)).to.deep.equal(new Uint8Array(32));
    for (let depth = 1; depth <= 41; depth++) expect(zeroHash(depth)).to.deep.equal(hashPair(zeroHash(depth - 1), zeroHash(depth - 1)));
    expect(() => zeroHash(49)).to.throw(RangeError, 'depth must be in');
    zeroHash(3).fill(1);
    expect(zeroHash(3), 'a caller cannot change the table').to.deep.equal(hashPair(zeroHash(2), zeroHash(2)));
  });

  it('has the root of a plain recursive tree, at every power of two and one off', () => {
    for (const count of edges) {
      const leaves = numberedLeaves(count);
      expect(rootOf(buildTree(leaves)), `${count} leaves`).to.equal(toHex(referenceRoot(referenceLeaves(leaves))));
    }
  });

  it('has the root of a plain recursive tree, whatever the content', () => {
    const someLeaves = fc.integer({ min: 0, max: 70 }).chain((n) => fc.uint8Array({ minLength: n * 32, maxLength: n * 32 }));
    fc.assert(
      fc.property(someLeaves, (leaves) => void expect(rootOf(buildTree(leaves))).to.equal(toHex(referenceRoot(referenceLeaves(leaves))))),
    );
  });

  it('takes whole leaves only', () => {
    expect(() => buildTree(new Uint8Array(33))).to.throw(RangeError, 'whole 32-byte leaves');
  });
});

describe('the root of a sector', () => {
  it('is the one in the vectors, for every size there', () => {
    const sectors = readVectors<{ seed: number; bytes: number; root: string }[]>('sectors');
    for (const { seed, bytes, root } of sectors.filter((sector) => sector.bytes > 0)) {
      expect(sectorRoot(content(seed, bytes)), `${bytes} bytes`).to.equal(root);
    }
    expect(rootOf(buildTree(new Uint8Array())), 'no bytes').to.equal(sectors.find(({ bytes }) => bytes === 0)?.root);
  }).timeout(60_000);

  it('is that of its tree, at every length about the blocks that it is hashed by', () => {
    const block = 256 << 10;
    const content = Uint8Array.from({ length: 16 * block }, (_, i) => (i * 2_654_435_761) >>> 13);
    const lengths = [
      32,
      33,
      64,
      1024,
      1025,
      1056,
      block - 32,
      block,
      block + 1,
      block + 64,
      2 * block + 1056,
      3 * block,
      16 * block - 31,
      16 * block,
    ];
    for (const length of lengths) {
      const bytes = content.subarray(0, length);
      expect(sectorRoot(bytes), `${length} bytes`).to.equal(rootOf(buildTree(sectorLeaves(bytes))));
    }
  });

  it('pads the last leaf with zeros', () => {
    for (const bytes of [1, 31, 32, 33, 63, 64, 65]) {
      const sector = new Uint8Array(bytes).fill(5);
      expect(sectorRoot(sector)).to.equal(toHex(referenceRoot(referenceLeaves(sector))));
    }
  });

  it('exists for 1 byte to 4 MiB only', () => {
    expect(() => sectorRoot(new Uint8Array())).to.throw(RangeError, 'a sector must have');
    expect(() => sectorRoot(new Uint8Array(SECTOR_BYTES + 1))).to.throw(RangeError, 'a sector must have');
  });
});

describe('the path of a leaf', () => {
  it('leads to the root from every leaf', () => {
    for (const count of edges.filter((n) => n < 40)) {
      for (let index = 0; index < count; index++) expect(isValidPath(claimOf(count, index)), `${index} of ${count}`).to.equal(true);
    }
  });

  it('proves no other index', () => {
    for (const count of [2, 3, 5, 8, 17]) {
      for (let index = 0; index < count; index++) {
        const claim = claimOf(count, index);
        const wrong = [...Array(count + 2).keys(), -1, index + 0.5, index + 32, NaN].filter((other) => other !== index);
        for (const other of wrong) expect(isValidPath({ ...claim, index: other }), `${other} for ${index} of ${count}`).to.equal(false);
      }
    }
  });

  it('proves nothing with a sibling too many, too few, swapped or cut', () => {
    for (const count of [2, 5, 8, 16, 17]) {
      const claim = claimOf(count, count - 1);
      const { path } = claim;
      expect(isValidPath({ ...claim, path: path.slice(1) })).to.equal(false);
      expect(isValidPath({ ...claim, path: path.slice(0, -1) })).to.equal(false);
      expect(isValidPath({ ...claim, path: [...path, zeroHash(path.length)] })).to.equal(false);
      expect(isValidPath({ ...claim, path: path.map((sibling) => sibling.subarray(0, 31)) })).to.equal(false);
      for (let i = 0; i + 1 < path.length; i++) {
        const swapped = path.with(i, path[i + 1] as Uint8Array).with(i + 1, path[i] as Uint8Array);
        if (toHex(path[i] as Uint8Array) !== toHex(path[i + 1] as Uint8Array)) {
          expect(isValidPath({ ...claim, path: swapped }), `siblings ${i} and ${i + 1}`).to.equal(false);
        }
      }
      const [first, ...rest] = path as [Uint8Array, ...Uint8Array[]];
      expect(isValidPath({ ...claim, leaf: first, path: [claim.leaf, ...rest] }), 'leaf and sibling exchanged').to.equal(false);
    }
  });

  it('proves no inner node as a leaf', () => {
    const tree = buildTree(numberedLeaves(8));
    const node = (tree.levels[1] as Uint8Array).slice(0, 32);
    const path = pathOf(tree, 0).slice(1);
    expect(isValidPath({ root: rootOf(tree), leaf: node, index: 0, count: 8, path })).to.equal(false);
    expect(isValidPath({ root: rootOf(tree), leaf: fromHex(rootOf(tree)), index: 0, count: 8, path: [] })).to.equal(false);
  });

  it('proves no leaf of the padding', () => {
    const tree = buildTree(numberedLeaves(5));
    const beyond = { root: rootOf(tree), leaf: new Uint8Array(32), index: 5, count: 5, path: pathOf(tree, 4) };
    expect(isValidPath(beyond)).to.equal(false);
    expect(() => pathOf(tree, 5)).to.throw(RangeError, 'leaf must be in');
  });
});
