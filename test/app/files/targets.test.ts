import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { fetchObjects, type FetchOptions } from '../../../node/app/files/fetch-objects.js';
import { fetchRange } from '../../../node/app/files/fetch-range.js';
import { isHoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { withFolder, type Fake } from './in-folder.js';

const output = new Writable({ write: (_chunk, _encoding, done) => done() });
const said = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'none',
    (error: unknown) => (isHoldfastError(error) ? `${error.code} ${error.message}`.replace(/\.[0-9a-f]{12}\.part/, '') : String(error)),
  );

/** Fetches one object, all of it and a part, to `out`: what is wrong with that is known before anything is read. */
const refused = async (fake: Fake, out: string, overwrite: boolean): Promise<string> => {
  const whole = await said(fetchObjects(fake.renter, ['notes'], { out, overwrite, output }));
  expect(await said(fetchRange(fake.renter, 'notes', { range: { first: 0, last: 1 }, out, overwrite, output }))).to.equal(whole);
  expect(fake.gets, out).to.deep.equal([]);
  return whole;
};

describe('where a file is fetched to is decided before its first byte is read', () => {
  const within = (story: (folder: string, fake: Fake) => Promise<void>): Promise<void> =>
    withFolder(async (folder, fake) => {
      fake.add('notes', Buffer.from('notes'));
      await story(folder, fake);
    });

  it('nothing is written over a FIFO, a socket or a device, whatever was forced', () =>
    within(async (folder, fake) => {
      const [fifo, socket] = [join(folder, 'fifo'), join(folder, 'socket')];
      await promisify(execFile)('mkfifo', [fifo]);
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(socket, resolve));
      for (const overwrite of [false, true]) {
        expect(await refused(fake, fifo, overwrite)).to.match(/^FILE_UNWRITABLE .*it is a FIFO/);
        expect(await refused(fake, socket, overwrite)).to.match(/^FILE_UNWRITABLE .*it is a socket/);
        expect(await refused(fake, '/dev/null', overwrite)).to.match(/^FILE_UNWRITABLE .*it is a character device/);
      }
      expect((await lstat(fifo)).isFIFO()).to.equal(true);
      expect((await lstat('/dev/null')).isCharacterDevice()).to.equal(true);
      await new Promise((resolve) => server.close(resolve));
    }));

  it('a folder takes it under its name, unless a folder has that too', () =>
    within(async (folder, fake) => {
      await mkdir(join(folder, 'out', 'notes'), { recursive: true });
      for (const overwrite of [false, true])
        expect(await refused(fake, join(folder, 'out'), overwrite)).to.match(/^FILE_UNWRITABLE .*it is a folder/);
      await symlink(join(folder, 'in'), join(folder, 'link'));
      const [one] = (await fetchObjects(fake.renter, ['notes'], { out: join(folder, 'link'), output })).fetched;
      expect(one?.path).to.equal(join(folder, 'link', 'notes'));
    }));

  it('a link is replaced only when that is forced, and what it leads to never', () =>
    within(async (folder, fake) => {
      const [nowhere, round] = [join(folder, 'nowhere'), join(folder, 'round')];
      await symlink('none', nowhere);
      await symlink('round', round);
      for (const path of [nowhere, round]) expect(await refused(fake, path, false)).to.match(/^FILE_EXISTS/);
      for (const path of [nowhere, round]) await fetchObjects(fake.renter, ['notes'], { out: path, overwrite: true, output });
      expect([await readFile(nowhere, 'utf8'), (await lstat(round)).isFile()]).to.deep.equal(['notes', true]);
      expect(await readdir(folder)).not.to.include('none');
    }));

  it('a name that nothing can have is refused; one of 255 bytes comes back', () =>
    within(async (folder, fake) => {
      const [longest, tooLong] = [`${'é'.repeat(127)}x`, 'x'.repeat(256)];
      expect(await refused(fake, join(folder, tooLong), true)).to.match(/^FILE_UNWRITABLE .*the name is too long for that disk/);
      await writeFile(join(folder, 'file'), '');
      expect(await refused(fake, join(folder, 'file', 'below'), true)).to.match(/^FILE_UNWRITABLE/);
      expect(await refused(fake, join(folder, 'missing', 'notes'), true)).to.match(/^FILE_UNWRITABLE/);
      fake.add(longest, Buffer.from('long'));
      await fetchObjects(fake.renter, [longest], { out: folder, output });
      expect(await readFile(join(folder, longest), 'utf8')).to.equal('long');
    }));

  it('of small files that one read would bring, nobody reads those that cannot be written', () =>
    within(async (folder, fake) => {
      const out = join(folder, 'out');
      await mkdir(join(out, 'small'), { recursive: true });
      await writeFile(join(out, 'small', 'taken'), 'precious');
      await promisify(execFile)('mkfifo', [join(out, 'small', 'fifo')]);
      for (const name of ['free', 'taken', 'fifo']) fake.add(`small/${name}`, Buffer.from(name));
      const wanted: string[] = [];
      const options: FetchOptions = { out, output };
      const renter: typeof fake.renter = {
        ...fake.renter,
        neighbours: async (objects) => {
          for (const { name } of objects) wanted.push(name);
          return [];
        },
      };
      const { failed, fetched } = await fetchObjects(renter, ['small/'], options);
      expect(wanted).to.deep.equal(['small/free']);
      expect(fetched.map(({ object }) => object.name)).to.deep.equal(['small/free']);
      expect(failed.map(({ name, error }) => [name, error.code])).to.deep.equal([
        ['small/fifo', 'FILE_UNWRITABLE'],
        ['small/taken', 'FILE_EXISTS'],
      ]);
    }));
});
