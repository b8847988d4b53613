import { existsSync } from 'node:fs';
import { open as openFile, readdir, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { STRETCH_BYTES, STRETCH_LEAVES } from '../../../node/core/data/crown.js';
import { verifyRange, rangeProof } from '../../../node/core/data/range-proof.js';
import type { SectorStore } from '../../../node/ports/sector-store.js';
import { createSectorCache } from '../../../node/provider/keep/sector-cache.js';
import { crownOf } from '../../../node/provider/keep/sector-crown.js';
import type { Packed } from '../../../node/storage/packs/pack-appender.js';
import { rejection } from '../../support/coded-rejection.js';
import { countingDisk } from '../../support/counting-disk.js';
import { realSector, realSectors, withStoreFolder } from '../small-sectors.js';
import { tendAll } from '../tend-all.js';

const STRETCHES = 8;
const film = realSector('film', STRETCHES * STRETCH_LEAVES);
const { sector, bytes } = film;
const fileOf = (path: string, { sector: { root, leaves } }: Packed): string =>
  join(path, 'sectors', root.slice(2, 4), `${root.slice(2)}-${leaves}`);
const putFilm = async (store: SectorStore): Promise<void> => store.put(sector, bytes, undefined, await crownOf(bytes));

const flip = async (path: string, at: number): Promise<void> => {
  const file = await openFile(path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
  await file.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, at);
  await file.close();
};

/** What descriptors of this process lead to in `path`, but for the database's; undefined where the system does not say. */
const openIn = async (path: string): Promise<string[] | undefined> => {
  if (!existsSync('/proc/self/fd')) return undefined;
  const names = await Promise.all((await readdir('/proc/self/fd')).map((name) => readlink(join('/proc/self/fd', name)).catch(() => '')));
  return names.filter((name) => ['sectors', 'packs', 'rotten', 'incoming'].some((folder) => name.startsWith(join(path, folder)))).sort();
};
const requireOpen = async (path: string, files: readonly string[], why: string): Promise<void> => {
  const found = await openIn(path);
  if (found !== undefined) expect(found, why).to.deep.equal([...files].sort());
};

describe('a sector whose file is open', () => {
  it('costs one read for each part more, and no row', () =>
    withStoreFolder(async ({ path, open }) => {
      const store = await open();
      const small = realSector('small');
      await putFilm(store);
      await store.put(small.sector, small.bytes);
      await store.read(small.sector.root);
      await store.read(sector.root, { offset: 0, length: 32 });
      expect(await countingDisk(() => store.read(sector.root, { offset: STRETCH_BYTES, length: STRETCH_BYTES }))).to.deep.equal({
        'handle.read': 1,
      });
      expect(await countingDisk(() => store.outline(sector.root))).to.deep.equal({ 'handle.read': 1 });
      expect(await countingDisk(() => store.read(small.sector.root))).to.deep.equal({ 'handle.read': 1 });
      await store.close();
      await requireOpen(path, [], 'a closed store holds nothing open');
    }));

  it('is still checked at each reading: a byte that flips in it is found', () =>
    withStoreFolder(async ({ path, open }) => {
      const store = await open();
      await putFilm(store);
      const sectors = createSectorCache(store, 8_192);
      const read = async (index: number): Promise<void> => {
        const from = index * STRETCH_LEAVES;
        const view = await sectors.open(sector.root, from, STRETCH_LEAVES);
        const claim = { root: sector.root, leaves: sector.leaves, from, proof: rangeProof(view, from, STRETCH_LEAVES) };
        verifyRange({ ...claim, bytes: view.bytes(from, STRETCH_LEAVES) });
      };
      for (let index = 0; index < STRETCHES; index++) await read(index);
      await flip(fileOf(path, film), 3 * STRETCH_BYTES + 77);
      await read(2);
      await rejection(read(3), 'SECTOR_ROTTEN');
      await read(4);
      await flip(fileOf(path, film), 3 * STRETCH_BYTES + 77);
      await read(3);
      await flip(fileOf(path, film), bytes.length + 5 * 32);
      await read(5);
      sectors.forget(sector.root);
      await read(5);
      expect((await store.outline(sector.root)).crown, 'the crown is mended').to.deep.equal(await crownOf(bytes));
    }));

  it('is missing as soon as the file is gone, and what took its place is read', () =>
    withStoreFolder(async ({ path, open }) => {
      const store = await open();
      await putFilm(store);
      await store.read(sector.root, { offset: 0, length: 32 });
      await rm(fileOf(path, film));
      await rejection(store.read(sector.root, { offset: 0, length: 32 }), 'SECTOR_MISSING');
      await requireOpen(path, [], 'the disk has its room back');
      await writeFile(fileOf(path, film), bytes);
      await store.read(sector.root, { offset: 0, length: 32 });
      await writeFile(join(path, 'other'), Buffer.alloc(bytes.length, 5));
      await rename(join(path, 'other'), fileOf(path, film));
      expect(await store.read(sector.root, { offset: 0, length: 32 })).to.deep.equal(Buffer.alloc(32, 5));
      expect(await store.outline(sector.root)).to.deep.equal({ leaves: sector.leaves, crown: undefined });
    }));

  it('that is deleted, set aside or stored again leaves nothing open, and is read from where it is then', () =>
    withStoreFolder(async ({ path, open }) => {
      const store = await open();
      const all = async () => Buffer.from(await store.read(sector.root)).equals(bytes);
      for (const takeAway of [store.delete, store.quarantine]) {
        await putFilm(store);
        expect(await all()).to.equal(true);
        await requireOpen(path, [fileOf(path, film)], 'it is open');
        await takeAway(sector.root);
        await requireOpen(path, [], 'it is open no more');
        await rejection(store.read(sector.root), 'SECTOR_MISSING');
        await rejection(store.outline(sector.root), 'SECTOR_MISSING');
      }
      await putFilm(store);
      await store.read(sector.root);
      await rm(fileOf(path, film));
      await putFilm(store);
      expect(await all()).to.equal(true);
      await requireOpen(path, [fileOf(path, film)], 'the one that is there');
    }));
});

describe('a pack that is open', () => {
  it('is closed when it is filled into another, and its sectors are read there', () =>
    withStoreFolder(async ({ path, open }) => {
      const packOf = (number: number): string => join(path, 'packs', `0000000${number}.pack`);
      const store = await open({ packBytes: 1_000 });
      const sectors = realSectors(20);
      for (const each of sectors) await store.put(each.sector, each.bytes);
      for (const each of sectors) await store.read(each.sector.root);
      for (const each of sectors.slice(0, 5)) await store.delete(each.sector.root);
      expect(await tendAll(store)).to.deep.equal([]);
      const packs = (await readdir(join(path, 'packs'))).map((name) => join(path, 'packs', name));
      expect(packs).to.not.include(packOf(0));
      const found = await openIn(path);
      if (found !== undefined) expect([...new Set(found)], 'none that was removed').to.have.members(packs);
      for (const each of sectors.slice(5))
        expect(Buffer.from(await store.read(each.sector.root)).equals(each.bytes), each.sector.root).to.equal(true);
      for (const each of sectors.slice(0, 5)) await rejection(store.read(each.sector.root), 'SECTOR_MISSING');
    }));

  it('that is gone has lost its sectors at once', () =>
    withStoreFolder(async ({ path, open }) => {
      const store = await open({ packBytes: 100 });
      const [first, second] = realSectors(2) as [Packed, Packed];
      for (const each of [first, second]) await store.put(each.sector, each.bytes);
      for (const each of [first, second]) await store.read(each.sector.root);
      await rm(join(path, 'packs', '00000000.pack'));
      await rejection(store.read(first.sector.root), 'SECTOR_MISSING');
      expect(Buffer.from(await store.read(second.sector.root)).equals(second.bytes)).to.equal(true);
      await flip(join(path, 'packs', '00000001.pack'), 32 + 64 + 5);
      expect(Buffer.from(await store.read(second.sector.root)).equals(second.bytes), 'what the disk has is what is read').to.equal(false);
    }));
});
