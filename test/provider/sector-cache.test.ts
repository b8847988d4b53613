import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { STRETCH_BYTES, STRETCH_LEAVES } from '../../node/core/data/crown.js';
import { rangeProof, verifyRange } from '../../node/core/data/range-proof.js';
import { sectorRoot } from '../../node/core/data/merkle.js';
import { leaves, leavesOf, SECTOR_BYTES, type Hash } from '../../node/core/units.js';
import { createByteCache } from '../../node/core/tasks/byte-cache.js';
import { createSectorCache } from '../../node/provider/keep/sector-cache.js';
import { createMemorySectors } from '../../node/storage/memory-sectors.js';
import { countedSectors } from '../support/counted-sectors.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
/** Bytes in buffers that something still holds. */
const heldBytes = (): number => {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
};

const MiB = 1 << 20;

describe('the cache of sectors', () => {
  it('holds no more than it may, leaves, trees and all', async () => {
    const store = createMemorySectors();
    const roots: Hash[] = [];
    for (let i = 1; i <= 4; i++) {
      const bytes = new Uint8Array(SECTOR_BYTES).fill(i);
      roots.push(sectorRoot(bytes));
      await store.put({ root: roots.at(-1) as Hash, leaves: leavesOf(bytes.length) }, bytes);
    }
    const before = heldBytes();
    const sectors = createSectorCache(store, 2 * MiB);
    /** First leaves of stretches that are asked for again and again, while those read with them are not. */
    const wanted: (readonly [Hash, number])[] = [];
    for (const root of roots)
      for (let from = 0; from < 1 << 17; from += 8_192) {
        await sectors.open(root, from, 8_192);
        if (wanted.length < 9) wanted.push([root, from]);
        for (const [again, leaf] of wanted) await sectors.open(again, leaf, 1);
      }
    expect(sectors.bytes).to.be.within(1.5 * MiB, 2 * MiB);
    expect(heldBytes() - before).to.be.within(1 * MiB, 2.1 * MiB);
  });

  it('keeps of a stretch that is read whole its bytes alone, gives them uncopied, and still proves a leaf of it without reading again', async () => {
    const memory = createMemorySectors();
    const bytes = new Uint8Array(SECTOR_BYTES).map((_, at) => at % 251);
    const root = sectorRoot(bytes);
    await memory.put({ root, leaves: leavesOf(bytes.length) }, bytes);
    const counted = countedSectors(memory);
    const sectors = createSectorCache(counted.store, MiB);
    const [whole, again] = [
      await sectors.open(root, STRETCH_LEAVES, STRETCH_LEAVES),
      await sectors.open(root, STRETCH_LEAVES, STRETCH_LEAVES),
    ];
    const [first, second] = [whole, again].map((view) => view.bytes(STRETCH_LEAVES, STRETCH_LEAVES));
    expect(first?.buffer).to.equal(second?.buffer);
    expect(first).to.deep.equal(bytes.subarray(STRETCH_BYTES, 2 * STRETCH_BYTES));
    const around = 2 * 2_048 + (2 * SECTOR_BYTES) / 2_048;
    expect(sectors.bytes).to.be.at.most(STRETCH_BYTES + around);
    counted.take();
    const leaf = await sectors.open(root, STRETCH_LEAVES + 7, 1);
    const [from, all] = [STRETCH_LEAVES + 7, leavesOf(bytes.length)];
    verifyRange({ root, leaves: all, from, bytes: leaf.bytes(from, 1), proof: rangeProof(leaf, from, 1) });
    expect(counted.take().sectors).to.equal(0);
  });

  it('counts what is around a small sector too', async () => {
    const memory = createMemorySectors();
    const roots: Hash[] = [];
    for (let i = 0; i < 600; i++) {
      const bytes = new Uint8Array(32).fill(i % 251, 0, 16).fill(i / 251 + 1, 16);
      roots.push(sectorRoot(bytes));
      await memory.put({ root: roots.at(-1) as Hash, leaves: leaves(1) }, bytes);
    }
    const counted = countedSectors(memory);
    const sectors = createSectorCache(counted.store, MiB / 2);
    for (const root of roots) await sectors.open(root, 0, 1);
    expect(sectors.bytes).to.be.at.most(MiB / 2);
    counted.take();
    for (const root of roots.slice(-50)) await sectors.open(root, 0, 1);
    expect(counted.take().sectors, 'the last ones are there').to.equal(0);
    for (const root of roots.slice(0, 400)) await sectors.open(root, 0, 1);
    expect(counted.take().sectors, 'the first ones are not').to.equal(400 * 32);
  });
});

describe('a cache that counts bytes', () => {
  const createCache = (maxBytes: number) => createByteCache<string>(maxBytes, ({ length }) => length);

  it('drops what was used longest ago, until the rest fits', async () => {
    const cache = createCache(10);
    await cache.get('a', async () => 'aaaa');
    await cache.get('b', async () => 'bbbb');
    await cache.get('a', async () => 'never asked');
    await cache.get('c', async () => 'cccc');
    expect([cache.has('a'), cache.has('b'), cache.has('c'), cache.bytes]).to.deep.equal([true, false, true, 8]);
  });

  it('gives what is larger than it may hold, and keeps nothing of it', async () => {
    const cache = createCache(3);
    expect(await cache.get('a', async () => 'aaaa')).to.equal('aaaa');
    expect([cache.has('a'), cache.bytes]).to.deep.equal([false, 0]);
  });

  it('loads once for all who ask at once, and again after a failure', async () => {
    const cache = createCache(10);
    let loads = 0;
    const load = async (): Promise<string> => {
      loads += 1;
      if (loads === 1) throw new Error('not now');
      return 'aa';
    };
    const outcomes = await Promise.allSettled([cache.get('a', load), cache.get('a', load)]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    expect([cache.has('a'), cache.bytes, loads]).to.deep.equal([false, 0, 1]);
    expect(await Promise.all([cache.get('a', load), cache.get('a', load)])).to.deep.equal(['aa', 'aa']);
    expect([cache.bytes, loads]).to.deep.equal([2, 2]);
  });

  it('keeps nothing of what was dropped while it was loaded', async () => {
    const cache = createCache(10);
    let give = (_: string): void => undefined;
    const loading = cache.get('a', () => new Promise((resolve) => (give = resolve)));
    cache.drop('a');
    give('aa');
    expect(await loading).to.equal('aa');
    expect([cache.has('a'), cache.bytes]).to.deep.equal([false, 0]);
  });
});
