import { expect } from 'chai';
import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gather } from '../../../node/app/files/gather.js';
import { storeFiles, type StoreOptions, type StoreResult } from '../../../node/app/files/store-files.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { Quote } from '../../../node/renter/homes/quote.js';
import { rejectsCoded } from '../../support/coded-errors.js';
import { PRICE, quoteOf } from './fake-renter.js';
import { withFolder, type Fake } from './in-folder.js';

const storing = async (fake: Fake, folder: string, paths: readonly string[], more: Partial<StoreOptions> = {}): Promise<StoreResult> => {
  const { files } = await gather(
    paths.map((path) => (path === '-' ? path : join(folder, path))),
    paths.includes('-') ? { name: 'stream' } : {},
  );
  return await storeFiles(fake.renter, files, {
    k: 2,
    n: 3,
    periods: 9,
    input: () => Readable.from([]),
    spool: { folder: join(folder, 'spool') },
    ...more,
  });
};

describe('a folder is stored in one run', () => {
  it('whose sum is quoted and agreed to once, before anything is paid; the first makes room for all', () =>
    withFolder(async (folder, fake) => {
      const confirmed: Quote[] = [];
      const told: Quote[] = [];
      const plans: number[] = [];
      const { stored, quote } = await storing(fake, folder, ['in'], {
        confirm: async (one) => (confirmed.push(one), true),
        report: (event) => void (event.kind === 'quoted' && told.push(event.quote)),
        onPlan: ({ files, bytes }) => void plans.push(files.length, bytes),
        room: 1_000,
      });
      expect(stored.map(({ name }) => name)).to.deep.equal(['in/a', 'in/b', 'in/deep/c']);
      expect(plans).to.deep.equal([3, 7_104]);
      expect(fake.puts.map(({ room, following }) => [room, following])).to.deep.equal([64 + 6_400, 6_400, 0].map((rest) => [1_000, rest]));
      expect(confirmed).to.have.length(1);
      expect(told).to.deep.equal(confirmed);
      expect(confirmed[0]).to.deep.include({ bytes: 7_104, total: 7_104n * PRICE, escrow: (7_104n + 1_000n) * PRICE });
      expect(quote).to.deep.equal(confirmed[0]);
    }));

  it('and nothing of it when that is declined', () =>
    withFolder(async (folder, fake) => {
      await rejectsCoded(storing(fake, folder, ['in'], { confirm: async () => false }), 'QUOTE_DECLINED');
      expect(fake.puts).to.have.length(1);
      expect(fake.kept.size).to.equal(0);
    }));

  it('and again what is paid in addition, where the first did not get room for all', () =>
    withFolder(async (folder, fake) => {
      const { put } = fake.renter;
      let first = true;
      fake.renter.put = (options) => put({ ...options, ...(first && { following: 0 }) }).finally(() => (first = false));
      const confirmed: Quote[] = [];
      await storing(fake, folder, ['in'], { room: 0, confirm: async (one) => (confirmed.push(one), true) });
      expect(confirmed.map(({ bytes }) => bytes)).to.deep.equal([640, 64 + 6_400]);
    }));

  it('again, and what has not changed is neither read nor stored', () =>
    withFolder(async (folder, fake) => {
      await storing(fake, folder, ['in']);
      await writeFile(join(folder, 'in', 'b'), 'B'.repeat(64));
      await utimes(join(folder, 'in', 'a'), 1, 1);
      const { stored, unchanged } = await storing(fake, folder, ['in']);
      expect(
        stored.map(({ name }) => name),
        'of other content',
      ).to.deep.equal(['in/b']);
      expect(
        unchanged.map(({ name }) => name),
        'of the same, though one was touched',
      ).to.deep.equal(['in/a', 'in/deep/c']);
      expect(fake.puts).to.have.length(4);
    }));

  it('again, and what cannot be read back any more is stored once more; the chain is looked at once', () =>
    withFolder(async (folder, fake) => {
      await storing(fake, folder, ['in']);
      expect(fake.asked, 'nothing was stored before').to.deep.equal([]);
      fake.lose('in/b');
      expect((await storing(fake, folder, ['in'])).stored.map(({ name }) => name)).to.deep.equal(['in/b']);
      expect(fake.asked).to.deep.equal([3]);
    }));

  it('under both of its names, where a file is given twice and was stored under one of them', () =>
    withFolder(async (folder, fake) => {
      await storing(fake, folder, ['in/a']);
      expect((await storing(fake, folder, ['in/a', 'in'])).stored.map(({ name }) => name)).to.include('in/a');
    }));

  it('and another file of its name, size and times is stored, too', () =>
    withFolder(async (folder, fake) => {
      const paths = ['in/same', 'in/deep/same'].map((path) => join(folder, path));
      const stamps = async (): Promise<string[]> => {
        await Promise.all(paths.map((path, index) => writeFile(path, `${index}.0`)));
        return (await Promise.all(paths.map((path) => stat(path, { bigint: true })))).map(
          ({ mtimeNs, ctimeNs }) => `${mtimeNs} ${ctimeNs}`,
        );
      };
      for (let [one, other] = await stamps(); one !== other;) [one, other] = await stamps();
      await storing(fake, folder, ['in/same']);
      expect((await storing(fake, folder, ['in/deep/same'])).stored.map(({ name }) => name)).to.deep.equal(['same']);
    }));

  it('again with another shape, and all is stored', () =>
    withFolder(async (folder, fake) => {
      await storing(fake, folder, ['in']);
      expect((await storing(fake, folder, ['in'], { n: 4 })).stored).to.have.length(3);
      expect((await storing(fake, folder, ['in'], { n: 4 })).stored).to.have.length(0);
    }));

  it('a file that cannot be stored is named and the others go on; a fault of all ends it', () =>
    withFolder(async (folder, fake) => {
      fake.fail('in/b', new HoldfastError('SOURCE_CHANGED', { name: 'b' }));
      const { stored, failed } = await storing(fake, folder, ['in']);
      expect(stored.map(({ name }) => name)).to.deep.equal(['in/a', 'in/deep/c']);
      expect(failed.map(({ path, error }) => [path, error.code])).to.deep.equal([[join(folder, 'in', 'b'), 'SOURCE_CHANGED']]);
      fake.fail('in/b', new HoldfastError('RPC_MISSING', {}));
      await rejectsCoded(storing(fake, folder, ['in']), 'RPC_MISSING');
      expect(fake.puts.map(({ name }) => name).at(-1), 'nothing was tried after').to.equal('in/b');
      fake.fail('in/b', new HoldfastError('SOURCE_CHANGED', { name: 'b' }));
      fake.fail('b', new HoldfastError('SOURCE_CHANGED', { name: 'b' }));
      await rejectsCoded(storing(fake, folder, ['in/b']), 'SOURCE_CHANGED');
    }));

  it('one that vanished since it was found is named as well', () =>
    withFolder(async (folder, fake) => {
      const { files } = await gather([join(folder, 'in')], {});
      await rm(join(folder, 'in', 'b'));
      const options = { k: 2, n: 3, periods: 9, input: () => Readable.from([]), spool: { folder } };
      const { stored, failed } = await storeFiles(fake.renter, files, options);
      expect(stored).to.have.length(2);
      expect(failed.map(({ error }) => error.code)).to.deep.equal(['FILE_UNREADABLE']);
    }));

  it('the small ones together and first, the others after them: all of it is quoted and agreed to once', () =>
    withFolder(async (folder, fake) => {
      fake.packUpTo(640);
      await writeFile(join(folder, 'in', 'empty'), '');
      const confirmed: Quote[] = [];
      const files: string[] = [];
      const { stored, failed } = await storing(fake, folder, ['in'], {
        room: 0,
        confirm: async (one) => (confirmed.push(one), true),
        onFile: ({ name }) => void files.push(name),
      });
      expect(failed).to.deep.equal([]);
      expect(stored.map(({ name }) => name)).to.deep.equal(['in/a', 'in/b', 'in/empty', 'in/deep/c']);
      expect(files).to.deep.equal(['in/a', 'in/b', 'in/empty', 'in/deep/c']);
      expect(fake.crated.map(({ files: small, following }) => [small.map(({ name }) => name), following])).to.deep.equal([
        [['in/a', 'in/b'], 6_400],
      ]);
      expect(fake.puts.map(({ name }) => name)).to.deep.equal(['in/empty', 'in/deep/c']);
      expect(confirmed.map(({ bytes }) => bytes)).to.deep.equal([7_104]);
      expect((await storing(fake, folder, ['in'])).stored, 'a second time').to.deep.equal([]);
    }));

  it('a small file that cannot be read is named, one alone has sectors for itself, and what fails all ends the run', () =>
    withFolder(async (folder, fake) => {
      fake.packUpTo(640);
      fake.fail('in/b', new HoldfastError('SOURCE_CHANGED', { name: 'b' }));
      const { stored, failed } = await storing(fake, folder, ['in']);
      expect(stored.map(({ name }) => name)).to.deep.equal(['in/a', 'in/deep/c']);
      expect(failed.map(({ path, error }) => [path, error.code])).to.deep.equal([[join(folder, 'in', 'b'), 'SOURCE_CHANGED']]);
      fake.fail('', new HoldfastError('RPC_MISSING', {}));
      expect((await storing(fake, folder, ['in'])).stored.map(({ name }) => name)).to.deep.equal(['in/b']);
      expect(fake.crated, 'alone').to.have.length(1);
      await writeFile(join(folder, 'in', 'a'), 'other');
      await writeFile(join(folder, 'in', 'b'), 'other');
      fake.fail('in/b', new HoldfastError('RPC_MISSING', {}));
      await rejectsCoded(storing(fake, folder, ['in']), 'RPC_MISSING');
    }));

  it('the small ones that are not stored yet once more, as they are now, where one changed meanwhile; three times at most', () =>
    withFolder(async (folder, fake) => {
      fake.packUpTo(640);
      for (const name of ['d', 'e']) await writeFile(join(folder, 'in', name), name);
      const { putInCrates } = fake.renter;
      let turns = 0;
      const changing = async (): Promise<never> => {
        await writeFile(join(folder, 'in', 'b'), 'B'.repeat((turns += 1)));
        await rm(join(folder, 'in', 'd'), { force: true });
        throw new HoldfastError('SOURCE_CHANGED', { name: 'in/b' });
      };
      fake.renter.putInCrates = async (options) => {
        if (turns > 0) return putInCrates(options);
        await putInCrates({ ...options, files: options.files.slice(0, 1) });
        return changing();
      };
      const { stored, failed } = await storing(fake, folder, ['in']);
      expect(fake.crated.map(({ files }) => files.map(({ name, bytes }) => [name, bytes]))).to.deep.equal([
        [['in/a', 640]],
        [
          ['in/b', 1],
          ['in/e', 1],
        ],
      ]);
      expect(stored.map(({ name }) => name)).to.deep.equal(['in/a', 'in/b', 'in/e', 'in/deep/c']);
      expect(failed.map(({ path, error }) => [path, error.code])).to.deep.equal([[join(folder, 'in', 'd'), 'FILE_UNREADABLE']]);
      turns = 0;
      fake.renter.putInCrates = changing;
      await rejectsCoded(storing(fake, folder, ['in'], { n: 4 }), 'SOURCE_CHANGED');
      expect(turns, 'after three of them it failed, and what names no file ends the run').to.equal(4);
    }));

  it('what is not small any more when a run begins again is stored alone', () =>
    withFolder(async (folder, fake) => {
      fake.packUpTo(640);
      const { putInCrates } = fake.renter;
      let isFirst = true;
      fake.renter.putInCrates = async (options) => {
        if (!isFirst) return putInCrates(options);
        isFirst = false;
        await writeFile(join(folder, 'in', 'a'), '');
        await writeFile(join(folder, 'in', 'b'), 'b'.repeat(641));
        throw new HoldfastError('SOURCE_CHANGED', { name: 'in/b' });
      };
      const { stored, failed } = await storing(fake, folder, ['in']);
      expect(failed).to.deep.equal([]);
      expect(stored.map(({ name, bytes }) => [name, bytes])).to.deep.equal([
        ['in/deep/c', 6_400],
        ['in/a', 0],
        ['in/b', 641],
      ]);
      expect(fake.crated).to.deep.equal([]);
    }));

  it('says that it waits for a stream before it reads it, and of no file', () =>
    withFolder(async (folder, fake) => {
      const heard: string[] = [];
      const input = () => (heard.push('read'), Readable.from([Buffer.from('abc')]));
      await storing(fake, folder, ['in', '-'], { input, onStream: ({ path }) => void heard.push(path) });
      expect(heard).to.deep.equal(['standard input', 'read']);
    }));

  it('standard input is one thing more that can be stored', () =>
    withFolder(async (folder, fake) => {
      const pieces = ['hold', 'fast'.repeat(1_000)];
      const { stored } = await storing(fake, folder, ['-'], { input: () => Readable.from(pieces.map((piece) => Buffer.from(piece))) });
      expect(stored[0]).to.include({ name: 'stream', bytes: 4_004 });
      expect(fake.kept.get(stored[0]?.id ?? '')?.bytes.toString()).to.equal(pieces.join(''));
    }));

  it('and nobody is asked a second time for what was agreed to, where it is begun again', () =>
    withFolder(async (folder, fake) => {
      fake.packUpTo(640);
      const { putInCrates } = fake.renter;
      const confirmed: Quote[] = [];
      let isFirst = true;
      fake.renter.putInCrates = async (options) => {
        if (!isFirst) return putInCrates(options);
        isFirst = false;
        // Agreed to, and broken off before anything is paid.
        await options.confirm?.(quoteOf(7_104, 7_104, 2, 3));
        throw new HoldfastError('SOURCE_CHANGED', { name: 'in/b' });
      };
      await storing(fake, folder, ['in'], { room: 0, confirm: async (one) => (confirmed.push(one), true) });
      expect(confirmed.map(({ bytes }) => bytes)).to.deep.equal([7_104]);
    }));
});
