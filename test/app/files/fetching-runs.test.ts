import { expect } from 'chai';
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fetchObjects, type FetchOptions, type FetchResult } from '../../../node/app/files/fetch-objects.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { wei } from '../../../node/core/units.js';
import { rejectsCoded } from '../../support/coded-errors.js';
import { withFolder, type Fake } from './in-folder.js';

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
const fetching = (fake: Fake, words: readonly string[], more: Partial<FetchOptions> = {}): Promise<FetchResult> =>
  fetchObjects(fake.renter, words, { output: nowhere, ...more });

const lost = new HoldfastError('OBJECT_LOST', { name: 'b', left: 0, needed: 2 });

describe('several objects are fetched in one run', () => {
  const filled = (fake: Fake): void => {
    for (const name of ['photos/a', 'photos/2024/b', 'photosynthesis', 'notes']) fake.add(name, Buffer.from(name));
  };

  it('a folder of them into a folder, each under its whole name', () =>
    withFolder(async (folder, fake) => {
      filled(fake);
      const out = join(folder, 'out');
      const { fetched, egress } = await fetching(fake, ['photos/'], { out });
      expect(fetched.map(({ path }) => path)).to.deep.equal([join(out, 'photos/2024/b'), join(out, 'photos/a')]);
      expect(await readFile(join(out, 'photos/2024/b'), 'utf8')).to.equal('photos/2024/b');
      expect(egress).to.equal(2n);
      expect((await fetching(fake, ['photos', 'notes'], { out: join(folder, 'again') })).fetched).to.have.length(3);
      expect((await readdir(join(folder, 'again'))).sort()).to.deep.equal(['notes', 'photos']);
    }));

  it('and one that is there and cannot be read keeps no other from being fetched', () =>
    withFolder(async (folder, fake) => {
      if (process.geteuid?.() === 0) return;
      filled(fake);
      const out = join(folder, 'out');
      await mkdir(out);
      await writeFile(join(out, 'notes'), 'other');
      await chmod(join(out, 'notes'), 0);
      const { fetched, failed } = await fetching(fake, ['notes', 'photos/a'], { out });
      expect(fetched.map(({ object }) => object.name)).to.deep.equal(['photos/a']);
      expect(failed.map(({ name, error }) => [name, error.code])).to.deep.equal([['notes', 'FILE_EXISTS']]);
      expect((await fetching(fake, ['notes'], { out: join(out, 'notes'), overwrite: true })).fetched).to.have.length(1);
    }));

  it('the newest that is stored of each name, once; what never was is named', () =>
    withFolder(async (folder, fake) => {
      filled(fake);
      fake.add('photos/a', Buffer.from('newer'));
      fake.add('photos/a', Buffer.from('half'), { state: 'placing' as 'stored' });
      fake.add('photos/half', Buffer.from('half'), { state: 'placing' as 'stored' });
      const out = join(folder, 'out');
      const { fetched, failed } = await fetching(fake, ['photos/', 'photos/a', 'photos/'], { out });
      expect(fetched.map(({ object }) => object.name)).to.deep.equal(['photos/a', 'photos/2024/b']);
      expect(await readFile(join(out, 'photos/a'), 'utf8')).to.equal('newer');
      expect(failed.map(({ name, error }) => [name, error.code])).to.deep.equal([['photos/half', 'OBJECT_NOT_STORED']]);
      await rejectsCoded(fetching(fake, ['photos/half'], { out: join(folder, 'half') }), 'OBJECT_NOT_STORED');
    }));

  it('one alone to a file, or into a folder that is there', () =>
    withFolder(async (folder, fake) => {
      filled(fake);
      expect((await fetching(fake, ['photos/2024/b'], { out: join(folder, 'copy') })).fetched[0]?.path).to.equal(join(folder, 'copy'));
      expect((await fetching(fake, ['photos/2024/b'], { out: folder })).fetched[0]?.path).to.equal(join(folder, 'b'));
      await rejectsCoded(fetching(fake, ['photos/a'], { out: join(folder, 'copy') }), 'FILE_EXISTS');
      await rejectsCoded(fetching(fake, ['none'], { out: join(folder, 'none') }), 'OBJECT_MISSING');
      await rejectsCoded(fetching(fake, ['none/'], { out: join(folder, 'none') }), 'OBJECT_MISSING');
    }));

  it('again, and what is there as it was stored is left; what is there otherwise is not replaced', () =>
    withFolder(async (folder, fake) => {
      filled(fake);
      const out = join(folder, 'out');
      await fetching(fake, ['photos/'], { out });
      await writeFile(join(out, 'photos', 'a'), 'PHOTOS/A');
      const { fetched, present, failed } = await fetching(fake, ['photos/'], { out });
      expect([fetched, present.map(({ object }) => object.name)]).to.deep.equal([[], ['photos/2024/b']]);
      expect(failed.map(({ name, error }) => [name, error.code])).to.deep.equal([['photos/a', 'FILE_EXISTS']]);
      expect((await fetching(fake, ['photos/'], { out, overwrite: true })).fetched.map(({ object }) => object.name)).to.deep.equal([
        'photos/a',
      ]);
      expect(fake.gets).to.have.length(3);
    }));

  it('nothing outside of the folder, and nothing over a file that is there, whatever they are called', () =>
    withFolder(async (folder, fake) => {
      for (const name of ['x/../../evil', '/etc/evil', '..', 'x/ok', 'link/evil', 'x/taken']) fake.add(name, Buffer.from('new'));
      const out = join(folder, 'out');
      await mkdir(join(out, 'x'), { recursive: true });
      await writeFile(join(out, 'x', 'taken'), 'precious');
      await symlink(join(folder, 'in'), join(out, 'link'));
      const before = await readdir(folder, { recursive: true });
      const { fetched, failed } = await fetching(fake, ['x/', '/', '..', '/etc/evil', 'link/', 'x/../../evil'], { out });
      expect(fetched.map(({ object }) => object.name)).to.deep.equal(['x/ok']);
      expect(new Map(failed.map(({ name, error }) => [name, error.code]))).to.deep.equal(
        new Map([
          ['x/../../evil', 'NAME_REFUSED'],
          ['/etc/evil', 'NAME_REFUSED'],
          ['..', 'NAME_REFUSED'],
          ['link/evil', 'FILE_UNWRITABLE'],
          ['x/taken', 'FILE_EXISTS'],
        ]),
      );
      expect(await readFile(join(out, 'x', 'taken'), 'utf8')).to.equal('precious');
      const after = await readdir(folder, { recursive: true });
      expect(after.filter((path) => !before.includes(path))).to.deep.equal(['out/x/ok']);
    }));

  it('what cannot be read is named and the others go on; a full disk ends it, and keeps what is there', () =>
    withFolder(async (folder, fake) => {
      filled(fake);
      fake.fail('photos/2024/b', lost);
      const out = join(folder, 'out');
      const { fetched, failed } = await fetching(fake, ['photos/'], { out });
      expect(fetched.map(({ object }) => object.name)).to.deep.equal(['photos/a']);
      expect(failed.map(({ name, error }) => [name, error.code])).to.deep.equal([['photos/2024/b', 'OBJECT_LOST']]);
      fake.fail('photos/2024/b', new HoldfastError('DISK_FULL', { path: out }));
      await rejectsCoded(fetching(fake, ['photos/'], { out }), 'DISK_FULL');
      expect(fake.gets, 'nothing was tried after').to.have.length(3);
    }));

  it('over nothing that they wrote themselves, where a file system takes two names for one', () =>
    withFolder(async (folder, fake) => {
      const out = join(folder, 'out');
      await mkdir(out);
      fake.add('one', Buffer.from('one'));
      fake.add('two', Buffer.from('two'));
      await symlink('one', join(out, 'two'));
      const { fetched, failed } = await fetching(fake, ['one', 'two'], { out, overwrite: true });
      expect([fetched.map(({ object }) => object.name), failed.map(({ error }) => error.code)]).to.deep.equal([['one'], ['FILE_EXISTS']]);
      expect(await readFile(join(out, 'one'), 'utf8')).to.equal('one');
      await rm(join(out, 'two'));
      expect(
        (await fetching(fake, ['one', 'two'], { out, overwrite: true })).failed,
        'what an earlier run wrote is replaced',
      ).to.deep.equal([]);
    }));

  it('pays no more for all of them than it may', () =>
    withFolder(async (folder, fake) => {
      filled(fake);
      const limits: unknown[] = [];
      const { get } = fake.renter;
      fake.renter.get = (options) => (limits.push(options.maxEgress), get(options));
      await fetching(fake, ['photos/'], { out: join(folder, 'out'), maxEgress: wei(5n) });
      expect(limits).to.deep.equal([5n, 4n]);
    }));

  it('one alone to standard output, without a file', () =>
    withFolder(async (folder, fake) => {
      filled(fake);
      const got: Buffer[] = [];
      const output = new Writable({ write: (chunk: Buffer, _encoding, done) => (got.push(chunk), done()) });
      await fetching(fake, ['notes'], { out: '-', output });
      expect(Buffer.concat(got).toString()).to.equal('notes');
      await rejectsCoded(fetching(fake, ['photos/'], { out: '-', output }), 'BAD_OPTION');
      expect(await readdir(folder)).to.deep.equal(['in']);
    }));
});
