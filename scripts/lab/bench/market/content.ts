import { createCipheriv } from 'node:crypto';
import { encodeProof, sampleOf } from '../../../../node/core/market/audit-proof.js';
import { dataSetOf, type DataSet } from '../../../../node/core/data/data-set.js';
import { buildTree, rootOf } from '../../../../node/core/data/merkle.js';
import { leaves, SECTOR_BYTES, SECTOR_LEAVES } from '../../../../node/core/units.js';

/** Sectors of one GiB. */
export const GIB_SECTORS = 256;

/** A leaf of a data set that a proof has to open. */
export interface DrawnLeaf {
  readonly set: DataSet;
  readonly leaf: number;
}

/** Made-up content of one GiB, which all deals share: a deal holds its first sectors, or all of it. */
export interface Content {
  /** The first `sectors` sectors of it, 1 … {@link GIB_SECTORS}. */
  setOf(sectors: number): DataSet;
  /** The bytes that prove the drawn leaves, one after the other. */
  prove(drawn: readonly DrawnLeaf[]): Uint8Array;
}

const sectorBytes = (index: number): Uint8Array => {
  const key = Buffer.alloc(16);
  key.writeUInt32BE(index);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(SECTOR_BYTES));
};
const treeOf = (index: number) => buildTree(sectorBytes(index));

/** Hashes the whole GiB once and keeps only its roots: the tree of a drawn sector is built again. */
export const createContent = (): Content => {
  const sectors = Array.from({ length: GIB_SECTORS }, (_, index) => ({ root: rootOf(treeOf(index)), leaves: leaves(SECTOR_LEAVES) }));
  const sets = new Map<number, DataSet>();
  return {
    setOf: (count) => {
      const set = sets.get(count) ?? dataSetOf(sectors.slice(0, count));
      sets.set(count, set);
      return set;
    },
    prove: (drawn) => encodeProof(drawn.map(({ set, leaf }) => sampleOf(set, leaf, treeOf(set.locate(leaf).index)))),
  };
};
