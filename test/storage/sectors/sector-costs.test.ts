import { cp, readFile, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { leaves } from '../../../node/core/units.js';
import { createMemoryRows } from '../../../node/storage/rows/memory-rows.js';
import type { Rows } from '../../../node/storage/rows/rows.js';
import { openSectorFiles } from '../../../node/storage/sector-files.js';
import { openSectorIndex, type SectorIndex } from '../../../node/storage/index/sector-index.js';
import { usedBytesOf } from '../../../node/storage/sectors/sector-scan.js';
import { rejection } from '../../support/coded-rejection.js';
import { collect } from '../../support/collect.js';
import { countingDisk } from '../../support/counting-disk.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { withDirectory } from '../../support/temporary-directory.js';
import { contentOf, sectorNamed } from '../sample-sectors.js';
import { realSector, withStoreFolder } from '../small-sectors.js';
import { tendAll } from '../tend-all.js';

/** Rows that count how many are read and written. */
const countingRows = (): { readonly rows: Rows; readonly taken: () => number } => {
  const rows = createMemoryRows();
  let count = 0;
  return {
    taken: () => {
      const taken = count;
      count = 0;
      return taken;
    },
    rows: {
      ...rows,
      get: (key) => ((count += 1), rows.get(key)),
      getMany: (keys) => ((count += keys.length), rows.getMany(keys)),
      write: (changes, options) => ((count += changes.length), rows.write(changes, options)),
      async *under(prefix, after) {
        for await (const row of rows.under(prefix, after)) {
          count += 1;
          yield row;
        }
      },
    },
  };
};

const added = async (index: SectorIndex, name: string, pack: number | undefined): Promise<void> => {
  const { root, leaves: count } = sectorNamed(name, 3);
  const place = pack === undefined ? undefined : { number: pack, offset: 0 };
  const after = { root, leaves: count, sequence: index.sequence(), pack: place };
  await index.write({ changes: [{ root, after }], lengths: new Map(pack === undefined ? [] : [[pack, 1 << 20]]), durable: true });
};

describe('what a store with ten times as many sectors asks for', () => {
  it('of rows is the same: to open, to store, to look for, to delete', async () => {
    const costs: number[][] = [];
    for (const size of [50, 500]) {
      const { rows, taken } = countingRows();
      const filled = await openSectorIndex(rows);
      for (let number = 0; number < size; number++) await added(filled, `sector ${number}`, number % 2 === 0 ? 0 : undefined);
      taken();
      const index = await openSectorIndex(rows);
      const cost = [taken()];
      await added(index, 'one more', 0);
      cost.push(taken());
      await index.findAll([sectorNamed('one more').root, sectorNamed('sector 7').root]);
      cost.push(taken());
      const before = await index.find(sectorNamed('sector 7').root);
      await index.write({ changes: [{ root: sectorNamed('sector 7').root, before }], durable: false });
      cost.push(taken());
      costs.push(cost);
    }
    expect(costs).to.deep.equal([
      [2, 4, 2, 4],
      [2, 4, 2, 4],
    ]);
  });

  it('of the disk is the same: to open, to store, to look for, to read, to delete, to tend once', async () => {
    const costs: unknown[] = [];
    for (const size of [30, 300])
      await withStoreFolder(async ({ open }) => {
        const before = await open();
        const large = Array.from({ length: size / 10 }, (_, index) => sectorNamed(`large ${index}`, 2048));
        const small = Array.from({ length: size }, (_, index) => sectorNamed(`small ${index}`, 5));
        await Promise.all([...large, ...small].map((sector) => before.put(sector, contentOf(sector))));
        await before.close();
        let store = before;
        const more = sectorNamed('one more', 5);
        costs.push([
          await countingDisk(async () => void (store = await open())),
          await countingDisk(() => store.absent([...large, ...small].map(({ root }) => root))),
          await countingDisk(() => collect(store.list())),
          await countingDisk(() => store.put(more, contentOf(more))),
          await countingDisk(() => store.put(sectorNamed('one', 5), contentOf(sectorNamed('one', 5)))),
          await countingDisk(() => store.put(more, contentOf(more))),
          await countingDisk(() => store.read(more.root)),
          await countingDisk(() => store.delete(more.root)),
        ]);
      });
    expect(costs[1]).to.deep.equal(costs[0]);
    const [, absent, list, first, next, again, read] = costs[0] as Record<string, number>[];
    expect([absent, list, again]).to.deep.equal([{}, {}, { stat: 1 }]);
    expect(first).to.include({ 'handle.datasync': 1 });
    expect(next).to.deep.equal({ 'handle.stat': 1, 'handle.write': 1, 'handle.datasync': 1 });
    expect(read).to.deep.equal({ open: 1, 'handle.read': 2 });
  });

  it('of the disk to look at a bounded part of the files, when it is tended', () =>
    withStoreFolder(async ({ open }) => {
      const store = await open();
      const large = Array.from({ length: 300 }, (_, index) => sectorNamed(`large ${index}`, 2048));
      await Promise.all(large.map((sector) => store.put(sector, contentOf(sector))));
      expect((await countingDisk(() => store.tend()))['stat']).to.equal(256);
      expect((await countingDisk(() => store.tend()))['stat']).to.equal(44);
      expect((await countingDisk(() => store.tend()))['readdir']).to.equal(1);
    }));
});

describe('what sectors are counted for', () => {
  it('is what their folder takes of the disk, or a little more', () =>
    withStoreFolder(async ({ path, open }) => {
      const capacity = 1 << 30;
      const store = await open({ capacity });
      const all = [
        ...Array.from({ length: 20_000 }, (_, index) => realSector(`leaf ${index}`, 1)),
        ...Array.from({ length: 20 }, (_, index) => realSector(`large ${index}`, 3000)),
      ];
      await Promise.all(all.map(({ sector, bytes }) => store.put(sector, bytes)));
      const counted = capacity - (await store.room());
      await store.close();
      const du = promisify(execFile);
      const sizeOf = async (folder: string): Promise<number> =>
        Number((await du('du', ['-sk', join(path, folder)])).stdout.split('\t')[0]) << 10;
      const [sectors, packs, index] = [await sizeOf('sectors'), await sizeOf('packs'), await sizeOf('index')];
      expect(counted).to.be.within(packs, 1.1 * (sectors + packs + index) + (2 << 20));
      expect(counted + (1 << 20), `${counted} for ${sectors} ${packs} ${index}`).to.be.at.least(sectors + packs + index);
    }));

  it('is told from outside as well', () =>
    withStoreFolder(async ({ path, open }) => {
      const store = await open();
      for (const { sector, bytes } of [realSector('small', 5), realSector('large', 2048)]) await store.put(sector, bytes);
      expect(await usedBytesOf(path)).to.equal(32 + 64 + 160 + 65_536);
    }));
});

describe('a sector store of version 1', () => {
  const FIXTURE = new URL('../fixtures/sectors-1', import.meta.url).pathname;
  const sectors = [sectorNamed('first', 3), sectorNamed('second', 5), sectorNamed('large', 2048)];

  it('still opens, keeps its files, takes more, and is one of version 2 from then on', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'store');
      await cp(FIXTURE, path, { recursive: true });
      const options = { path, identity: testIdentity };
      const store = await openSectorFiles(options);
      expect(store.faults).to.deep.equal([{ kind: 'index-made', sectors: 3 }]);
      expect(await collect(store.list())).to.have.deep.members(sectors);
      const more = sectorNamed('more', 7);
      await store.put(more, contentOf(more));
      await store.close();
      expect(JSON.parse(await readFile(join(path, 'holdfast-store.json'), 'utf8'))).to.have.property('version', 2);
      const again = await openSectorFiles(options);
      expect(again.faults).to.deep.equal([]);
      expect(await tendAll(again)).to.deep.equal([]);
      for (const each of [...sectors, more]) expect(Buffer.from(await again.read(each.root))).to.deep.equal(Buffer.from(contentOf(each)));
      expect(again.bytesUsed).to.equal((3 + 5 + 2048 + 7) * 32);
      expect(again.cost(leaves(1))).to.be.below(4096);
      await again.delete((sectors[0] as (typeof sectors)[0]).root);
      await again.close();
    }));

  it('of a version to come is refused by name', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'store');
      await cp(FIXTURE, path, { recursive: true });
      const file = join(path, 'holdfast-store.json');
      await writeFile(file, (await readFile(file, 'utf8')).replace('"version": 1', '"version": 3'));
      const { data } = await rejection(openSectorFiles({ path, identity: testIdentity }), 'STORE_NEWER');
      expect(data).to.deep.equal({ path, kind: 'sector', found: 3, newest: 2 });
    }));
});

describe('the file of a large sector', () => {
  /** Of 64 stretches. */
  const sector = sectorNamed('film', 1 << 17);
  const crown = new Uint8Array(64 * 32).fill(7);

  it('is read where it is asked for, and nowhere else, by the count of the system', async () => {
    const io = (): Promise<string> => readFile('/proc/self/io', 'utf8');
    const isCounted = await io().then(
      () => true,
      () => false,
    );
    if (!isCounted) return;
    await withStoreFolder(async ({ open }) => {
      const store = await open();
      await store.put(sector, contentOf(sector), undefined, crown);
      const bytesRead = async (): Promise<number> => Number(/rchar: (\d+)/.exec(await io())?.[1]);
      const costOf = async (task: () => Promise<unknown>): Promise<number> => {
        const before = await bytesRead();
        const between = await bytesRead();
        await task();
        return (await bytesRead()) - between - (between - before);
      };
      /** What wakes the event loop is counted with the rest. */
      const SLACK = 1024;
      const part = { offset: 20 * 65_536, length: 65_536 };
      expect(await costOf(() => store.read(sector.root, part))).to.be.within(part.length - SLACK, part.length + SLACK);
      expect(await costOf(() => store.outline(sector.root))).to.be.within(crown.length - SLACK, crown.length + SLACK);
      expect(await costOf(() => store.has(sector.root))).to.be.at.most(SLACK);
    });
  });
});
