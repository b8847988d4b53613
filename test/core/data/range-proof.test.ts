import { expect } from 'chai';
import fc from 'fast-check';
import { buildTree, depthOf, rootOf, type MerkleTree } from '../../../node/core/data/merkle.js';
import { rangeProof, verifyRange, type RangeClaim } from '../../../node/core/data/range-proof.js';
import { SECTOR_LEAVES } from '../../../node/core/units.js';
import { throwsCoded } from '../../support/coded-errors.js';
import { numberedLeaves } from '../../support/reference-tree.js';

const claimOf = (tree: MerkleTree, from: number, count: number): RangeClaim => ({
  root: rootOf(tree),
  leaves: tree.count,
  from,
  bytes: (tree.levels[0] as Uint8Array).slice(from * 32, (from + count) * 32),
  proof: rangeProof(tree, from, count),
});
const refused = (claim: RangeClaim): void => void throwsCoded(() => verifyRange(claim), 'RANGE_PROOF_INVALID');

describe('a range proof', () => {
  it('holds for every range of every small tree', () => {
    for (let total = 1; total <= 18; total++) {
      const tree = buildTree(numberedLeaves(total));
      for (let from = 0; from < total; from++) for (let count = 1; from + count <= total; count++) verifyRange(claimOf(tree, from, count));
    }
  });

  it('holds for random ranges of a whole sector, with at most two siblings a level', () => {
    const tree = buildTree(numberedLeaves(SECTOR_LEAVES));
    const range = fc
      .integer({ min: 0, max: SECTOR_LEAVES - 1 })
      .chain((from) => fc.tuple(fc.constant(from), fc.integer({ min: 1, max: SECTOR_LEAVES - from })));
    fc.assert(
      fc.property(range, ([from, count]) => {
        const claim = claimOf(tree, from, count);
        verifyRange(claim);
        expect(claim.proof.length).to.be.at.most(2 * depthOf(SECTOR_LEAVES));
      }),
      { numRuns: 30 },
    );
  });

  it('costs at most 1 % at 256 KiB, wherever the range lies', () => {
    const count = (256 << 10) / 32;
    const tree = buildTree(numberedLeaves(SECTOR_LEAVES));
    for (const from of [0, 1, count - 1, count, 65_535 - count / 2, 77_777, SECTOR_LEAVES - count]) {
      const bytes = rangeProof(tree, from, count).reduce((sum, sibling) => sum + sibling.length, 0);
      expect(bytes, `from ${from}`).to.be.at.most((256 << 10) / 100);
    }
  });

  it('needs no sibling for a whole tree, and none for padding', () => {
    expect(rangeProof(buildTree(numberedLeaves(13)), 0, 13)).to.deep.equal([]);
    expect(rangeProof(buildTree(numberedLeaves(9)), 8, 1)).to.have.length(1);
  });

  it('does not hold with one bit of one leaf changed', () => {
    const tree = buildTree(numberedLeaves(21));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 * 32 - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const claim = claimOf(tree, 5, 12);
        claim.bytes[at] = (claim.bytes[at] as number) ^ (1 << bit);
        refused(claim);
      }),
    );
  });

  it('does not hold elsewhere, for another size, or with siblings added, dropped, swapped or cut', () => {
    for (const [total, from, count] of [
      [21, 5, 12],
      [16, 3, 4],
      [9, 1, 7],
      [33, 32, 1],
    ] as const) {
      const claim = claimOf(buildTree(numberedLeaves(total)), from, count);
      for (let other = -1; other <= total; other++) if (other !== from) refused({ ...claim, from: other });
      for (const leaves of [from + count - 1, 2 ** depthOf(total) + 1]) refused({ ...claim, leaves });
      refused({ ...claim, proof: claim.proof.slice(1) });
      refused({ ...claim, proof: claim.proof.slice(0, -1) });
      refused({ ...claim, proof: [...claim.proof, new Uint8Array(32)] });
      refused({ ...claim, proof: claim.proof.map((sibling) => sibling.subarray(0, 16)) });
      if (claim.proof.length > 1) refused({ ...claim, proof: claim.proof.toReversed() });
    }
  });

  it('does not hold for part of a leaf, for nothing, or beyond the end', () => {
    const claim = claimOf(buildTree(numberedLeaves(8)), 2, 3);
    refused({ ...claim, bytes: claim.bytes.subarray(0, 95) });
    refused({ ...claim, bytes: new Uint8Array() });
    refused({ ...claim, from: 7 });
    refused({ ...claim, from: 0.5 });
  });

  it('cannot be asked for outside the tree', () => {
    const tree = buildTree(numberedLeaves(8));
    for (const [from, count] of [
      [-1, 2],
      [0, 0],
      [7, 2],
      [8, 1],
      [0.5, 1],
    ] as const) {
      expect(() => rangeProof(tree, from, count)).to.throw(RangeError, 'range must lie in');
    }
  });
});
