import { expect } from 'chai';
import { appendFile, mkdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fetchObjects } from '../../node/app/files/fetch-objects.js';
import { gather } from '../../node/app/files/gather.js';
import { storeFiles, type StoreOptions, type StoreResult } from '../../node/app/files/store-files.js';
import { bytesOf } from '../support/worlds/actors.js';
import { withDirectory } from '../support/temporary-directory.js';
import { createRenterWorld, type RenterWorld } from '../support/worlds/renter-world.js';

const names = ['a.jpg', 'deep/new\nline', 'deep/é', 'deep/e\u0301', 'deep/empty'];
const nowhere = process.stderr;

describe('Alice stores what people have', function () {
  this.timeout(120_000);
  let time = 1_800_000_000_000;
  const within = (task: (world: RenterWorld, folder: string) => Promise<void>): Promise<void> =>
    withDirectory(async (folder) => {
      await mkdir(join(folder, 'in', 'deep'), { recursive: true });
      for (const name of names) await writeFile(join(folder, 'in', name), name.endsWith('empty') ? '' : bytesOf(name, 3_000));
      await task(await createRenterWorld({ names: ['bob', 'carol', 'dave'], now: () => ++time }), folder);
    });
  const store = async (world: RenterWorld, folder: string, path: string, more: Partial<StoreOptions> = {}): Promise<StoreResult> => {
    const { files } = await gather([path === '-' ? path : join(folder, path)], path === '-' ? { name: 'stream' } : {});
    const spool = { folder: join(folder, 'spool') };
    const options = { k: 2, n: 3, periods: 20, input: () => Readable.from([]), spool, ...more };
    return await world.during(storeFiles(world.renter, files, options));
  };
  const back = async (world: RenterWorld, folder: string, word: string): Promise<string> => {
    const out = join(folder, 'out');
    await world.during(fetchObjects(world.renter, [word], { out, output: nowhere }));
    return out;
  };

  it('a folder, paid for once, which comes back as it was', () =>
    within(async (world, folder) => {
      const escrows: bigint[] = [];
      const { stored, failed, quote } = await store(world, folder, 'in', {
        room: 0,
        confirm: async ({ escrow }) => escrows.push(escrow) > 0,
      });
      expect([stored.map(({ name }) => name).sort(), failed]).to.deep.equal([names.map((name) => `in/${name}`).sort(), []]);
      expect(world.sent, 'one transaction opens what all of it needs').to.deep.equal(['open']);
      expect(escrows).to.deep.equal([quote?.escrow]);
      const out = await back(world, folder, 'in/');
      for (const name of names)
        expect(Buffer.compare(await readFile(join(out, 'in', name)), await readFile(join(folder, 'in', name))), name).to.equal(0);
    }));

  it('a folder again: nothing is sent of what has not changed, nor of what was only touched', () =>
    within(async (world, folder) => {
      await store(world, folder, 'in');
      const uploaded = world.metrics.value('holdfast_uploaded_bytes_total');
      await utimes(join(folder, 'in', 'a.jpg'), 1, 1);
      expect((await store(world, folder, 'in')).unchanged).to.have.length(names.length);
      expect(world.metrics.value('holdfast_uploaded_bytes_total')).to.equal(uploaded);
      await writeFile(join(folder, 'in', 'a.jpg'), bytesOf('other', 3_000));
      expect((await store(world, folder, 'in')).stored.map(({ name }) => name)).to.deep.equal(['in/a.jpg']);
    }));

  it('a file anew, and of what was stored under its name before as many versions stay as Alice says: without a word, all', () =>
    within(async (world, folder) => {
      const versions = async (): Promise<number> => (await Array.fromAsync(world.catalogue.named('in/a.jpg'))).length;
      const anew = async (content: string, more: Partial<StoreOptions> = {}): Promise<StoreResult> => {
        await writeFile(join(folder, 'in', 'a.jpg'), content);
        return await store(world, folder, 'in', more);
      };
      await anew('one');
      await anew('two');
      expect((await anew('three')).dropped).to.deep.equal([]);
      expect(await versions()).to.equal(3);
      expect((await anew('four', { keepVersions: 2 })).dropped.map(({ bytes }) => bytes)).to.have.members([3, 3]);
      expect(await versions()).to.equal(2);
      expect((await anew('four', { keepVersions: 1 })).dropped, 'also where nothing had to be stored').to.have.length(1);
      const out = await back(world, folder, 'in/');
      expect(await readFile(join(out, 'in', 'a.jpg'), 'utf8')).to.equal('four');
    }));

  it('a file that grows meanwhile, as long as it was; one that shrinks is named, and its neighbours are stored', () =>
    within(async (world, folder) => {
      const path = join(folder, 'in', 'a.jpg');
      const grow = { onFile: () => void appendFile(path, 'more') };
      const { stored } = await store(world, folder, 'in/a.jpg', grow);
      expect(stored[0]).to.include({ bytes: 3_000, name: 'a.jpg' });
      const cut = async (): Promise<void> => truncate(path, 10);
      const { renter } = world;
      const slow: typeof renter = { ...renter, putInCrates: async (options) => (await cut(), renter.putInCrates(options)) };
      const { files } = await gather([join(folder, 'in')], {});
      const options = { k: 2, n: 3, periods: 20, input: () => Readable.from([]), spool: { folder } };
      const run = await world.during(storeFiles(slow, files, options));
      expect(run.failed.map(({ path: one, error }) => [one, error.code])).to.deep.equal([[path, 'SOURCE_CHANGED']]);
      expect(run.stored).to.have.length(names.length - 1);
    }));

  it('a stream, whose length nobody knew', () =>
    within(async (world, folder) => {
      const bytes = bytesOf('stream', 300_000);
      const pieces = Array.from({ length: 30 }, (_, index) => bytes.subarray(index * 10_000, (index + 1) * 10_000));
      const { stored } = await store(world, folder, '-', { input: () => Readable.from(pieces) });
      expect(stored[0]).to.include({ name: 'stream', bytes: 300_000 });
      const out = join(folder, 'stream');
      await world.during(fetchObjects(world.renter, ['stream'], { out, output: nowhere }));
      expect(Buffer.compare(await readFile(out), bytes)).to.equal(0);
      expect((await store(world, folder, '-', { input: () => Readable.from([]) })).stored[0], 'and one without a byte').to.include({
        bytes: 0,
      });
    }));
});
