import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { SectorRef } from '../../../node/core/data/data-set.js';
import type { SectorStore } from '../../../node/ports/sector-store.js';
import { createMemorySectors } from '../../../node/storage/memory-sectors.js';
import { leaves } from '../../../node/core/units.js';
import { costOf } from '../../../node/storage/index/sector-entry.js';
import { createSectorFiles, openSectorFiles, type SectorFilesOptions } from '../../../node/storage/sector-files.js';
import { rejection } from '../../support/coded-rejection.js';
import { collect } from '../../support/collect.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { withDirectory } from '../../support/temporary-directory.js';
import { tendAll } from '../tend-all.js';
import { contentOf, sectorNamed } from '../sample-sectors.js';
import { sectorStoreCompliance } from './sector-store-compliance.js';

const withStore = (
  story: (path: string, open: (options?: Partial<SectorFilesOptions>) => Promise<SectorStore>) => Promise<void>,
): Promise<void> =>
  withDirectory(async (directory) => {
    const path = join(directory, 'store');
    await createSectorFiles(path, testIdentity);
    const opened: SectorStore[] = [];
    const open = async (options: Partial<SectorFilesOptions> = {}): Promise<SectorStore> => {
      const store = await openSectorFiles({ path, identity: testIdentity, ...options });
      opened.push(store);
      return store;
    };
    try {
      await story(path, open);
    } finally {
      for (const store of opened) await store.close();
    }
  });

const fileOf = (path: string, { root, leaves }: SectorRef): string => join(path, 'sectors', root.slice(2, 4), `${root.slice(2)}-${leaves}`);

describe('sector store in memory', () => {
  sectorStoreCompliance(
    (story, capacity) => story(createMemorySectors(capacity === undefined ? {} : { capacity })),
    (count) => count * 32,
  );
});

describe('sector store on files', () => {
  sectorStoreCompliance(
    (story, capacity) => withStore(async (_path, open) => story(await open(capacity === undefined ? {} : { capacity }))),
    (count) => costOf(leaves(count)),
  );

  /** One that has a file of its own. */
  const sector = sectorNamed('kept', 2048);
  const BYTES = 65_536;
  const inPack = sectorNamed('in a pack', 2047);

  it('finds after a restart what it took, and counts it from the files', () =>
    withStore(async (_path, open) => {
      const before = await open();
      for (const each of [sector, inPack]) await before.put(each, contentOf(each));
      const room = await before.room();
      await before.close();
      const after = await open();
      expect(after.faults).to.deep.equal([]);
      expect(after.bytesUsed).to.equal(2 * BYTES - 32);
      expect(await after.room()).to.equal(room);
      expect(await collect(after.list())).to.deep.equal([sector, inPack]);
      for (const each of [sector, inPack]) expect(Buffer.from(await after.read(each.root))).to.deep.equal(Buffer.from(contentOf(each)));
    }));

  it('removes at opening what an interrupted write left', () =>
    withStore(async (path, open) => {
      await writeFile(join(path, 'incoming', 'half'), 'half a sector');
      const store = await open();
      expect(await readdir(join(path, 'incoming'))).to.deep.equal([]);
      expect(store.bytesUsed).to.equal(0);
    }));

  it('names a truncated sector file and takes the whole sector in its place', () =>
    withStore(async (path, open) => {
      const before = await open();
      await before.put(sector, contentOf(sector));
      await before.close();
      await truncate(fileOf(path, sector), 100);
      const store = await open();
      const { data } = await rejection(store.read(sector.root), 'SECTOR_CORRUPT');
      expect(data).to.deep.equal({ root: sector.root, expected: BYTES, found: 100 });
      expect(await store.has(sector.root)).to.equal(false);
      expect(await tendAll(store)).to.deep.equal([sector.root]);
      expect(await collect(store.list())).to.deep.equal([]);
      expect(await store.absent([sector.root])).to.deep.equal([sector.root]);
      expect(store.bytesUsed).to.equal(100);
      await store.put(sector, contentOf(sector));
      expect(await store.has(sector.root)).to.equal(true);
      expect(await store.absent([sector.root])).to.deep.equal([]);
      expect(store.bytesUsed).to.equal(BYTES);
    }));

  it('notices a sector file that went away under it', () =>
    withStore(async (path, open) => {
      const store = await open();
      await store.put(sector, contentOf(sector));
      await rm(fileOf(path, sector));
      expect(await store.has(sector.root)).to.equal(false);
      await rejection(store.read(sector.root), 'SECTOR_MISSING');
      expect(await tendAll(store)).to.deep.equal([sector.root]);
      expect([await store.absent([sector.root]), store.bytesUsed]).to.deep.equal([[sector.root], 0]);
    }));

  it('takes a file in that came back, or that it did not know', () =>
    withStore(async (path, open) => {
      const store = await open();
      await store.put(sector, contentOf(sector));
      await rename(fileOf(path, sector), join(path, 'away'));
      await tendAll(store);
      await rename(join(path, 'away'), fileOf(path, sector));
      const stranger = sectorNamed('stranger', 3);
      await mkdir(join(fileOf(path, stranger), '..'), { recursive: true });
      await writeFile(fileOf(path, stranger), contentOf(stranger));
      expect(await tendAll(store)).to.deep.equal([]);
      expect(await store.absent([sector.root, stranger.root])).to.deep.equal([]);
      expect(await collect(store.list())).to.deep.equal([sector, stranger]);
      expect(store.bytesUsed).to.equal(BYTES + 96);
    }));

  it('calls a missing directory missing and makes nothing there', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'nowhere');
      await rejection(openSectorFiles({ path, identity: testIdentity }), 'STORE_MISSING');
      expect(await readdir(directory)).to.deep.equal([]);
    }));

  it('is made in an empty place only', () =>
    withDirectory(async (directory) => {
      await writeFile(join(directory, 'letter'), 'dear Bob');
      await rejection(createSectorFiles(directory, testIdentity), 'STORE_EXISTS');
      expect(await readdir(directory)).to.deep.equal(['letter']);
      await createSectorFiles(join(directory, 'store'), testIdentity);
      await rejection(createSectorFiles(join(directory, 'store'), testIdentity), 'STORE_EXISTS');
      expect(await readdir(directory)).to.have.members(['letter', 'store']);
    }));

  it('refuses the store of another market by the field that differs', () =>
    withStore(async (path) => {
      const elsewhere = { ...testIdentity, chainId: 1n };
      const { data } = await rejection(openSectorFiles({ path, identity: elsewhere }), 'STORE_FOREIGN');
      expect(data).to.deep.equal({ path, field: 'chainId', expected: '1', found: '31337' });
    }));

  it('refuses a store whose identity is cut short or gone, or a part of which is missing', () =>
    withStore(async (path, open) => {
      await rename(join(path, 'sectors'), join(path, 'gone'));
      expect((await rejection(open(), 'STORE_CORRUPT')).message).to.contain('sectors');
      await truncate(join(path, 'holdfast-store.json'), 20);
      await rejection(open(), 'STORE_CORRUPT');
      await rm(join(path, 'holdfast-store.json'));
      await rejection(open(), 'STORE_CORRUPT');
    }));

  it('has one owner: the second is told the pid', () =>
    withStore(async (_path, open) => {
      const store = await open();
      expect((await rejection(open(), 'STORE_LOCKED')).data).to.have.property('pid', process.pid);
      await store.close();
      await open();
    }));

  it('tells the pid of another living process', () =>
    withStore(async (path, open) => {
      await writeFile(join(path, 'owner-1'), `${process.ppid} mark`);
      expect((await rejection(open(), 'STORE_LOCKED')).data).to.have.property('pid', process.ppid);
    }));

  it('takes over the lock of a dead process, and of one whose pid another has now', () =>
    withStore(async (path, open) => {
      const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid']);
      await writeFile(join(path, 'owner-1'), `${stdout.trim()} mark`);
      await (await open()).close();
      await writeFile(join(path, 'owner-1'), `${process.pid} mark`);
      await (await open()).close();
      expect((await readdir(path)).filter((name) => name.startsWith('owner'))).to.deep.equal([]);
    }));

  it('leaves nothing behind when the disk is full', () =>
    withStore(async (path, open) => {
      const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      let isFull = true;
      const store = await open({
        onStep: (step) => {
          if (isFull && (step === 'written' || step === 'packed')) throw full;
        },
      });
      for (const each of [sector, inPack]) {
        await rejection(store.put(each, contentOf(each)), 'DISK_FULL');
        expect(await readdir(join(path, 'incoming'))).to.deep.equal([]);
        expect(store.bytesUsed).to.equal(0);
        expect(await store.has(each.root)).to.equal(false);
      }
      expect((await stat(join(path, 'packs', '00000000.pack'))).size, 'of the head alone').to.equal(32);
      isFull = false;
      await store.put(inPack, contentOf(inPack));
      expect(Buffer.from(await store.read(inPack.root))).to.deep.equal(Buffer.from(contentOf(inPack)));
      expect(await readdir(join(path, 'packs'))).to.have.lengthOf(1);
    }));

  it('keeps what was moved aside, over a restart too, until the sector is whole again or nobody wants it', () =>
    withStore(async (path, open) => {
      const other = inPack;
      const before = await open();
      for (const each of [sector, other]) await before.put(each, contentOf(each));
      for (const each of [sector, other]) await before.quarantine(each.root);
      expect(await readdir(join(path, 'rotten'))).to.have.lengthOf(2);
      await before.close();
      const after = await open();
      expect(await collect(after.list())).to.deep.equal([]);
      await after.put(sector, contentOf(sector));
      await after.delete(other.root);
      expect(await readdir(join(path, 'rotten'))).to.deep.equal([]);
    }));

  it('counts the blocks that sectors take against its capacity, and their bytes as bytes', () =>
    withStore(async (_path, open) => {
      const one = BYTES + 4096 + 192;
      const store = await open({ capacity: 3 * one });
      const many = Array.from({ length: 4 }, (_, index) => sectorNamed(`large ${index}`, 2049));
      for (const each of many.slice(0, 3)) await store.put(each, contentOf(each));
      expect([store.bytesUsed, await store.room()]).to.deep.equal([3 * 2049 * 32, 0]);
      const last = many[3] as SectorRef;
      const { data } = await rejection(store.put(last, contentOf(last)), 'STORE_FULL');
      expect(data).to.deep.equal({ capacity: 3 * one, used: 3 * one, needed: one });
      await store.delete((many[0] as SectorRef).root);
      await store.put(last, contentOf(last));
    }));

  it('leaves the floor of the disk free, counting what is on its way', () =>
    withStore(async (_path, open) => {
      const one = costOf(leaves(4));
      const store = await open({ floor: 1_000, free: async () => 1_000 + 3 * one - (store.bytesUsed / 128) * one });
      expect(await store.room()).to.equal(3 * one);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 5 }, (_, index) => sectorNamed(`many ${index}`, 4)).map((each) => store.put(each, contentOf(each))),
      );
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      expect(refused.length).to.be.at.least(2);
      for (const each of refused) expect(each).to.have.property('code', 'DISK_LOW');
      expect(store.bytesUsed).to.be.at.most(3 * 128);
    }));

  it('waits at closing for the write in hand', () =>
    withStore(async (_path, open) => {
      const store = await open();
      const writing = store.put(sector, contentOf(sector));
      await store.close();
      await writing;
      expect(await (await open()).has(sector.root)).to.equal(true);
    }));
});
