import { expect } from 'chai';
import {
  crownTree,
  sectorView,
  STRETCH_BYTES,
  STRETCH_LEAVES,
  stretchBytes,
  stretchesOf,
  stretchRoot,
  stretchTree,
  type SectorView,
  type Stretch,
} from '../../../node/core/data/crown.js';
import { buildTree, pathOf, rootOf, type MerkleTree } from '../../../node/core/data/merkle.js';
import { rangeProof, verifyRange } from '../../../node/core/data/range-proof.js';
import { numberedLeaves } from '../../support/reference-tree.js';

const SIZES = [1, 3, STRETCH_LEAVES - 1, STRETCH_LEAVES, STRETCH_LEAVES + 1, 3 * STRETCH_LEAVES, 5 * STRETCH_LEAVES + 7];

const stretchOf = (leaves: number, content: Uint8Array, index: number): MerkleTree =>
  stretchTree(leaves, content.subarray(index * STRETCH_BYTES, index * STRETCH_BYTES + stretchBytes(leaves, index)));

const crownOf = (leaves: number, content: Uint8Array): Uint8Array => {
  const tops = Array.from({ length: stretchesOf(leaves) }, (_, index) => {
    const tree = stretchOf(leaves, content, index);
    return tree.node(tree.depth, 0);
  });
  return Buffer.concat(tops);
};

/** A sector of which the stretches that hold the leaves from `from` to `to` are known, and the crown. */
const viewOf = (leaves: number, content: Uint8Array, from: number, to: number): SectorView => {
  const stretches = new Map<number, Stretch>();
  for (let index = Math.floor(from / STRETCH_LEAVES); index <= Math.floor(to / STRETCH_LEAVES); index++) {
    const tree = stretchOf(leaves, content, index);
    const [bytes] = tree.levels as readonly [Uint8Array];
    stretches.set(index, index % 2 === 0 ? { bytes } : { bytes, tree });
  }
  return sectorView(leaves, crownTree(leaves, crownOf(leaves, content)), stretches);
};

describe('the crown of a sector', () => {
  it('leads to its root, whatever its size', () => {
    for (const leaves of SIZES) {
      const content = numberedLeaves(leaves);
      expect(rootOf(crownTree(leaves, crownOf(leaves, content))), `${leaves} leaves`).to.equal(rootOf(buildTree(content)));
    }
  });

  it('is made of the roots of stretches, whether their trees are kept or not', () => {
    for (const leaves of SIZES) {
      const content = numberedLeaves(leaves);
      const crown = Buffer.concat(
        Array.from({ length: stretchesOf(leaves) }, (_, index) =>
          stretchRoot(leaves, content.subarray(index * STRETCH_BYTES, index * STRETCH_BYTES + stretchBytes(leaves, index))),
        ),
      );
      expect(crown, `${leaves} leaves`).to.deep.equal(crownOf(leaves, content));
    }
  });

  it('leads elsewhere with any stretch changed', () => {
    const leaves = 5 * STRETCH_LEAVES + 7;
    const crown = crownOf(leaves, numberedLeaves(leaves));
    const root = rootOf(crownTree(leaves, crown));
    for (let index = 0; index < stretchesOf(leaves); index++) {
      const other = crown.slice();
      other[index * 32] = (other[index * 32] ?? 0) ^ 1;
      expect(rootOf(crownTree(leaves, other))).not.to.equal(root);
    }
  });

  it('opens ranges and leaves as the whole tree does, from the stretches that hold them', () => {
    for (const leaves of SIZES) {
      const content = numberedLeaves(leaves);
      const whole = buildTree(content);
      const starts = [0, 1, STRETCH_LEAVES - 1, STRETCH_LEAVES, 3 * STRETCH_LEAVES - 2, leaves - 1].filter((from) => from < leaves);
      for (const from of starts) {
        for (const count of [1, 5, STRETCH_LEAVES, leaves].filter((length) => from + length <= leaves)) {
          const view = viewOf(leaves, content, from, from + count - 1);
          const claim = { root: rootOf(whole), leaves, from, bytes: view.bytes(from, count), proof: rangeProof(view, from, count) };
          expect(claim.bytes).to.deep.equal(content.slice(from * 32, (from + count) * 32));
          expect(claim.proof).to.deep.equal(rangeProof(whole, from, count));
          verifyRange(claim);
        }
        expect(pathOf(viewOf(leaves, content, from, from), from)).to.deep.equal(pathOf(whole, from));
      }
    }
  });

  it('says nothing of stretches that are not known', () => {
    const leaves = 3 * STRETCH_LEAVES;
    const view = viewOf(leaves, numberedLeaves(leaves), 0, 0);
    expect(() => pathOf(view, STRETCH_LEAVES)).to.throw(RangeError, 'stretch 1 is not known');
    expect(() => view.bytes(STRETCH_LEAVES - 1, 2)).to.throw(RangeError, 'stretch 1 is not known');
  });
});
