import { createCipheriv } from 'node:crypto';
import { encodeSample, sampleOf } from '../../node/core/audit-proof.js';
import { dataSetOf, type DataSet } from '../../node/core/data-set.js';
import { buildTree, rootOf } from '../../node/core/merkle.js';
import { leaves, SECTOR_BYTES, SECTOR_LEAVES } from '../../node/core/units.js';

const SECTORS = 256;

/** One GiB of made-up content in full sectors. */
export interface Gibibyte {
  readonly set: DataSet;
  /** The bytes that prove leaf `drawn`. */
  sample(drawn: number): Uint8Array;
}

const sectorBytes = (index: number): Uint8Array => {
  const key = Buffer.alloc(16);
  key.writeUInt32BE(index);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(SECTOR_BYTES));
};

/** Hashes the whole GiB once and keeps only its roots: the tree of a drawn sector is built again. */
export const createGibibyte = (): Gibibyte => {
  const treeOf = (index: number) => buildTree(sectorBytes(index));
  const set = dataSetOf(Array.from({ length: SECTORS }, (_, index) => ({ root: rootOf(treeOf(index)), leaves: leaves(SECTOR_LEAVES) })));
  return { set, sample: (drawn) => encodeSample(sampleOf(set, drawn, treeOf(set.locate(drawn).index))) };
};
