import { expect } from 'chai';
import { fromHex } from '../../node/core/data/bytes.js';
import { isValidPath, pathOf, sectorRoot } from '../../node/core/data/merkle.js';
import { leaves, type Hash } from '../../node/core/units.js';
import { createSectorCache } from '../../node/provider/keep/sector-cache.js';
import { createMemorySectors } from '../../node/storage/memory-sectors.js';

describe('a sector of one leaf that is the root of another', () => {
  it('leaves nothing in the cache that keeps the other from being proven', async () => {
    const store = createMemorySectors();
    const bytes = new Uint8Array(4 * 32).map((_, at) => at + 1);
    const root: Hash = sectorRoot(bytes);
    const decoy = fromHex(root);
    expect(sectorRoot(decoy)).to.equal(root);
    const sectors = createSectorCache(store, 1 << 20);
    await store.put({ root, leaves: leaves(1) }, decoy);
    await sectors.open(root, 0, 1);
    await store.delete(root);
    await store.put({ root, leaves: leaves(4) }, bytes);
    sectors.forget(root);
    const view = await sectors.open(root, 3, 1);
    expect(Buffer.from(view.bytes(3, 1))).to.deep.equal(Buffer.from(bytes.subarray(96)));
    expect(isValidPath({ root, leaf: bytes.slice(96), index: 3, count: 4, path: pathOf(view, 3) })).to.equal(true);
  });
});
