import { concatBytes, equalBytes, fromHex, toHex, uintBytes, uintOf } from '../data/bytes.js';
import { descriptorOf, type DataSet } from '../data/data-set.js';
import type { OpenedSector } from '../data/sector-tree.js';
import { HoldfastError } from '../errors/holdfast-error.js';
import { climb, depthOf, pathOf, type TreeView } from '../data/merkle.js';
import { LEAF_BYTES, SECTOR_LEAVES, hash, leaves, type Hash } from '../units.js';

/**
 * One opened leaf of an audit: twin of `contracts/libraries/LeafProof.sol`. Its bytes, big endian: leaf 32 | sector index 3 |
 * start 5 | count 3 | sector path 32 each | descriptor path 32 each, paths bottom up, their lengths fixed by `count` and by
 * the sectors of the deal, never by the prover (R13).
 */
export interface Sample {
  /** 32 bytes. */
  readonly leaf: Uint8Array;
  /** Sector number in the deal. */
  readonly index: number;
  /** Leaves before the sector. */
  readonly start: number;
  /** Leaves in the sector. */
  readonly count: number;
  readonly sectorPath: readonly Uint8Array[];
  readonly descriptorPath: readonly Uint8Array[];
}

/** What a sample must open: leaf `drawn` of a deal's data set on chain. */
export interface SampleTarget {
  readonly root: Hash;
  readonly sectors: number;
  readonly drawn: number;
}

const HEAD_BYTES = LEAF_BYTES + 3 + 5 + 3;

/** The sample that opens leaf `drawn` of `set`, `tree` being the tree of the sector that holds it. */
export const sampleOf = (set: Pick<DataSet, 'locate' | 'descriptorPath'>, drawn: number, tree: TreeView): Sample => {
  const place = set.locate(drawn);
  return sampleIn({ place, path: set.descriptorPath(place.index) }, drawn, tree);
};

/** The same, of a sector that was opened in a tree kept in nodes. */
export const sampleIn = ({ place, path }: Pick<OpenedSector, 'place' | 'path'>, drawn: number, tree: TreeView): Sample => {
  const { index, start, count } = place;
  const inside = drawn - start;
  if (tree.count !== count) throw new RangeError(`sector ${index} must have ${count} leaves, not ${tree.count}`);
  return { leaf: tree.node(0, inside).slice(), index, start, count, sectorPath: pathOf(tree, inside), descriptorPath: path };
};

/** Bytes of one sample. */
export const encodeSample = ({ leaf, index, start, count, sectorPath, descriptorPath }: Sample): Uint8Array =>
  concatBytes(leaf, uintBytes(index, 3), uintBytes(start, 5), uintBytes(count, 3), ...sectorPath, ...descriptorPath);

/** Bytes of a proof: its samples one after the other. */
export const encodeProof = (samples: readonly Sample[]): Uint8Array => concatBytes(...samples.map(encodeSample));

const invalid = (sample: number, reason: string): HoldfastError => new HoldfastError('AUDIT_PROOF_INVALID', { sample, reason });

/** Reads the samples for deals of `sectors[i]` sectors each. AUDIT_PROOF_INVALID unless they end exactly where `bytes` do. */
export const decodeProof = (bytes: Uint8Array, sectors: readonly number[]): Sample[] => {
  let cursor = 0;
  const samples = sectors.map((sectorCount, i) => {
    const take = (length: number): Uint8Array => {
      if (cursor + length > bytes.length) throw invalid(i, 'the bytes end too early');
      return bytes.slice(cursor, (cursor += length));
    };
    const takePath = (depth: number): Uint8Array[] => Array.from({ length: depth }, () => take(32));
    const head = take(HEAD_BYTES);
    const count = Number(uintOf(head.subarray(40, 43)));
    if (count < 1 || count > SECTOR_LEAVES) throw invalid(i, `a sector cannot have ${count} leaves`);
    return {
      leaf: head.slice(0, 32),
      index: Number(uintOf(head.subarray(32, 35))),
      start: Number(uintOf(head.subarray(35, 40))),
      count,
      sectorPath: takePath(depthOf(count)),
      descriptorPath: takePath(depthOf(sectorCount)),
    };
  });
  if (cursor !== bytes.length) throw invalid(sectors.length - 1, `${bytes.length - cursor} bytes are left over`);
  return samples;
};

/** Checks sample number `i` against its target. AUDIT_PROOF_INVALID with the reason otherwise. */
export const verifySample = (sample: Sample, target: SampleTarget, i = 0): void => {
  const { index, start, count } = sample;
  if (count < 1 || count > SECTOR_LEAVES) throw invalid(i, `a sector cannot have ${count} leaves`);
  if (index >= target.sectors) throw invalid(i, `there is no sector ${index} among ${target.sectors}`);
  if (target.drawn < start || target.drawn >= start + count)
    throw invalid(i, `leaf ${target.drawn} is not in ${start}…${start + count - 1}`);
  const sectorRoot = climb({ leaf: sample.leaf, index: target.drawn - start, count, path: sample.sectorPath });
  if (sectorRoot === undefined) throw invalid(i, 'the path in the sector has the wrong length');
  const descriptor = descriptorOf({ root: hash(toHex(sectorRoot)), leaves: leaves(count) }, start);
  const root = climb({ leaf: descriptor, index, count: target.sectors, path: sample.descriptorPath });
  if (root === undefined) throw invalid(i, 'the path of the descriptor has the wrong length');
  if (!equalBytes(root, fromHex(target.root))) throw invalid(i, 'it does not lead to the root of the deal');
};

/** Checks a whole proof as the contract does: one sample for each target, nothing left over. */
export const verifyProof = (bytes: Uint8Array, targets: readonly SampleTarget[]): void => {
  const samples = decodeProof(
    bytes,
    targets.map((target) => target.sectors),
  );
  samples.forEach((sample, i) => verifySample(sample, targets[i] as SampleTarget, i));
};
