import { expect } from 'chai';
import {
  decodeProof,
  encodeProof,
  encodeSample,
  sampleOf,
  verifyProof,
  verifySample,
  type Sample,
  type SampleTarget,
} from '../../../node/core/market/audit-proof.js';
import { concatBytes, fromHex, toHex } from '../../../node/core/data/bytes.js';
import { dataSetOf, type DataSet } from '../../../node/core/data/data-set.js';
import { buildTree, sectorLeaves, sectorRoot } from '../../../node/core/data/merkle.js';
import { hash, leavesOf } from '../../../node/core/units.js';
import { content } from '../../../scripts/lab/vectors/reference.js';
import { throwsCoded } from '../../support/coded-errors.js';
import { readVectors } from '../../support/vectors.js';

interface Vector {
  readonly sectorBytes: readonly number[];
  readonly root: string;
  readonly sectors: number;
  readonly samples: readonly { position: number; leaf: string; bytes: string }[];
}
const vectors = readVectors<Vector[]>('data-sets');
const contents = ({ sectorBytes }: Vector): Uint8Array[] => sectorBytes.map((bytes, i) => content(i, bytes));
const setOf = (vector: Vector): DataSet =>
  dataSetOf(contents(vector).map((bytes) => ({ root: sectorRoot(bytes), leaves: leavesOf(bytes.length) })));
const opened = (vector: Vector, drawn: number): Sample => {
  const set = setOf(vector);
  return sampleOf(set, drawn, buildTree(sectorLeaves(contents(vector)[set.locate(drawn).index] as Uint8Array)));
};
const target = (vector: Vector, drawn: number): SampleTarget => ({ root: hash(vector.root), sectors: vector.sectors, drawn });

const large = vectors.at(-1) as Vector;
const refused = (sample: Sample, drawn: number, reason: string): void => {
  expect(throwsCoded(() => verifySample(sample, target(large, drawn)), 'AUDIT_PROOF_INVALID').message).to.contain(reason);
};

describe('an audit sample', () => {
  it('has the bytes of the vectors, and verifies as the contract verifies it', () => {
    for (const vector of vectors) {
      for (const { position, leaf, bytes } of vector.samples) {
        const sample = opened(vector, position);
        expect(toHex(sample.leaf)).to.equal(leaf);
        expect(toHex(encodeSample(sample))).to.equal(bytes);
        expect(decodeProof(fromHex(bytes), [vector.sectors])).to.deep.equal([sample]);
        verifySample(sample, target(vector, position));
      }
    }
  });

  it('opens no other leaf than the drawn one', () => {
    const sample = opened(large, 100);
    for (let drawn = 0; drawn < 181; drawn++)
      if (drawn !== 100) throwsCoded(() => verifySample(sample, target(large, drawn)), 'AUDIT_PROOF_INVALID');
    refused(sample, 0, 'is not in');
  });

  it('is bound to its sector, start and count', () => {
    const sample = opened(large, 100);
    for (let index = 0; index < large.sectors + 3; index++) {
      if (index !== sample.index) throwsCoded(() => verifySample({ ...sample, index }, target(large, 100)), 'AUDIT_PROOF_INVALID');
    }
    refused({ ...sample, index: large.sectors }, 100, 'there is no sector');
    refused({ ...sample, start: sample.start - 1 }, 100, 'does not lead');
    refused({ ...sample, start: sample.start + 1 }, 100, '');
    refused({ ...sample, count: sample.count + 1 }, 100, '');
    refused({ ...sample, count: 0 }, 100, 'cannot have 0 leaves');
    refused({ ...sample, count: 2 ** 17 + 1 }, 100, 'cannot have 131073 leaves');
  });

  it('has paths whose lengths the prover does not choose', () => {
    const sample = opened(large, 100);
    const { sectorPath, descriptorPath } = sample;
    refused({ ...sample, sectorPath: sectorPath.slice(1) }, 100, 'path in the sector has the wrong length');
    refused({ ...sample, sectorPath: [...sectorPath, new Uint8Array(32)] }, 100, 'path in the sector has the wrong length');
    refused({ ...sample, descriptorPath: descriptorPath.slice(1) }, 100, 'path of the descriptor has the wrong length');
    refused({ ...sample, descriptorPath: [...descriptorPath, new Uint8Array(32)] }, 100, 'path of the descriptor has the wrong length');
    refused({ ...sample, sectorPath: sectorPath.toReversed() }, 100, 'does not lead');
    refused({ ...sample, descriptorPath: descriptorPath.toReversed() }, 100, 'does not lead');
  });

  it('cannot be made from a tree of another sector', () => {
    expect(() => sampleOf(setOf(large), 100, buildTree(new Uint8Array(64)))).to.throw(RangeError, 'must have');
  });
});

describe('an audit proof', () => {
  const drawn = [0, 57, 180];
  const targets = drawn.map((leaf) => target(large, leaf));
  const proof = encodeProof(drawn.map((leaf) => opened(large, leaf)));

  it('holds with one sample for each target, in order', () => {
    verifyProof(proof, targets);
    throwsCoded(() => verifyProof(proof, targets.toReversed()), 'AUDIT_PROOF_INVALID');
  });

  it('ends exactly where its last sample ends', () => {
    const long = throwsCoded(() => verifyProof(concatBytes(proof, Uint8Array.of(0)), targets), 'AUDIT_PROOF_INVALID');
    expect(long.message).to.contain('1 bytes are left over');
    for (const length of [0, 42, proof.length - 32, proof.length - 1]) {
      const short = throwsCoded(() => verifyProof(proof.subarray(0, length), targets), 'AUDIT_PROOF_INVALID');
      expect(short.message).to.contain('end too early');
    }
  });

  it('claims no impossible sector while it is read', () => {
    const bytes = proof.slice();
    bytes.fill(0, 40, 43);
    expect(throwsCoded(() => verifyProof(bytes, targets), 'AUDIT_PROOF_INVALID').message).to.contain('cannot have 0 leaves');
  });
});
