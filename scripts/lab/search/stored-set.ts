import { encodeSample, sampleOf } from '../../../node/core/market/audit-proof.js';
import { dataSetOf } from '../../../node/core/data/data-set.js';
import { buildTree, rootOf } from '../../../node/core/data/merkle.js';
import { leaves, LEAF_BYTES, type Hash } from '../../../node/core/units.js';

/** Made-up data of one sector, with the bytes that prove each of its leaves. */
export interface StoredSet {
  readonly root: Hash;
  readonly leaves: number;
  readonly samples: readonly Uint8Array[];
}

export const createStoredSet = (count: number): StoredSet => {
  const tree = buildTree(Uint8Array.from({ length: count * LEAF_BYTES }, (_, index) => index % 251));
  const set = dataSetOf([{ root: rootOf(tree), leaves: leaves(count) }]);
  return { root: set.root, leaves: count, samples: Array.from({ length: count }, (_, leaf) => encodeSample(sampleOf(set, leaf, tree))) };
};
