import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gather, type Gathered, type GatherOptions } from '../../../node/app/files/gather.js';
import { rejectsCoded } from '../../support/coded-errors.js';
import { withDirectory } from '../../support/temporary-directory.js';

const namesOf = ({ files }: Gathered): string[] => files.map(({ name }) => name);

describe('what is to be stored', () => {
  const within = (
    task: (folder: string, take: (paths: readonly string[], options?: GatherOptions) => Promise<Gathered>) => Promise<void>,
  ) =>
    withDirectory(async (folder) => {
      await mkdir(join(folder, 'photos', '2024'), { recursive: true });
      await writeFile(join(folder, 'photos', '2024', 'a.jpg'), 'a');
      await writeFile(join(folder, 'photos', 'b.jpg'), 'b');
      await writeFile(join(folder, 'notes.txt'), 'notes');
      await task(folder, (paths, options = {}) =>
        gather(
          paths.map((path) => (path === '-' ? path : `${folder}/${path}`)),
          options,
        ),
      );
    });

  it('is each file of a folder under its path from there on, and each argument under its last part', () =>
    within(async (_folder, take) => {
      expect(namesOf(await take(['photos']))).to.deep.equal(['photos/b.jpg', 'photos/2024/a.jpg']);
      expect(namesOf(await take(['photos/', 'notes.txt']))).to.deep.equal(['photos/b.jpg', 'photos/2024/a.jpg', 'notes.txt']);
      expect(namesOf(await take(['photos/2024/../2024/.']))).to.deep.equal(['2024/a.jpg']);
      expect(namesOf(await take(['photos'], { name: 'pictures' }))).to.deep.equal(['pictures/b.jpg', 'pictures/2024/a.jpg']);
      expect(namesOf(await take(['notes.txt'], { name: 'a/b' }))).to.deep.equal(['a/b']);
      expect(namesOf(await take(['photos/2024', 'notes.txt'], { under: 'x/y' }))).to.deep.equal(['x/y/2024/a.jpg', 'x/y/notes.txt']);
    }));

  it('names folders that nothing is in: they are not stored', () =>
    within(async (folder, take) => {
      await mkdir(join(folder, 'photos', 'none', 'of', 'these'), { recursive: true });
      const { skipped } = await take(['photos']);
      expect(skipped).to.deep.equal([{ kind: 'skipped', path: `${folder}/photos/none/of/these`, reason: 'empty folder' }]);
    }));

  it('has no two things of one name: nothing is done then', () =>
    within(async (folder, take) => {
      await writeFile(join(folder, 'photos', 'notes.txt'), 'other notes');
      const error = await rejectsCoded(take(['notes.txt', 'photos/notes.txt']), 'NAME_CLASH');
      expect(error.data).to.deep.equal({ name: 'notes.txt', first: `${folder}/notes.txt`, second: `${folder}/photos/notes.txt` });
      await rejectsCoded(take(['notes.txt', 'notes.txt']), 'NAME_CLASH');
    }));

  it('follows a link that is an argument, and skips by name what is no plain file in a folder', () =>
    within(async (folder, take) => {
      await symlink(join(folder, 'photos', '2024'), join(folder, 'newest'));
      await symlink('nowhere', join(folder, 'photos', 'broken'));
      await symlink(folder, join(folder, 'photos', 'loop'));
      execFileSync('mkfifo', [join(folder, 'photos', 'fifo')]);
      const server = createServer().listen(join(folder, 'photos', 'socket'));
      await new Promise((resolve) => server.once('listening', resolve));
      try {
        expect(namesOf(await take(['newest']))).to.deep.equal(['newest/a.jpg']);
        const gathered = await take(['photos']);
        expect(namesOf(gathered)).to.deep.equal(['photos/b.jpg', 'photos/2024/a.jpg']);
        expect(gathered.failed).to.deep.equal([]);
        expect(gathered.skipped.map(({ path, reason }) => [path.slice(folder.length), reason])).to.deep.equal([
          ['/photos/broken', 'symbolic link'],
          ['/photos/fifo', 'FIFO'],
          ['/photos/loop', 'symbolic link'],
          ['/photos/socket', 'socket'],
        ]);
        const [stream] = (await take(['photos/fifo'])).files;
        expect(stream).to.include({ kind: 'stream', name: 'fifo' });
        expect((await rejectsCoded(take(['photos/socket']), 'FILE_UNREADABLE')).message).to.include('socket');
        expect((await rejectsCoded(gather(['/dev/null'], {}), 'FILE_UNREADABLE')).message).to.include('character device');
        expect((await rejectsCoded(take(['photos/broken']), 'FILE_UNREADABLE')).message).to.match(/there is no such file or folder$/);
      } finally {
        server.close();
      }
    }));

  it('names an argument that is wrong and takes the others; the only one is an error', () =>
    within(async (folder, take) => {
      const gathered = await take(['none', 'notes.txt']);
      expect(namesOf(gathered)).to.deep.equal(['notes.txt']);
      expect(gathered.failed.map(({ path, error }) => [path, error.code])).to.deep.equal([[`${folder}/none`, 'FILE_UNREADABLE']]);
      await rejectsCoded(take(['none']), 'FILE_UNREADABLE');
      await rejectsCoded(take(['notes.txt'], { name: '../etc' }), 'NAME_REFUSED');
    }));

  it('is standard input under a name alone', () =>
    within(async (_folder, take) => {
      expect((await take(['-'], { name: 'stream' })).files).to.deep.equal([
        { path: 'standard input', name: 'stream', kind: 'standard input' },
      ]);
      await rejectsCoded(take(['-']), 'OPTION_MISSING');
    }));

  it('has names that round-trip, and tells of one that is no text, of a folder too', () =>
    within(async (folder, take) => {
      const names = ['new\nline', '\u001b[2J', 'e\u0301', 'é', '-rf', ' ', "it's", 'x'.repeat(255), '\ufffd'];
      await mkdir(join(folder, 'odd'));
      for (const name of names) await writeFile(join(folder, 'odd', name), name);
      const bad = Buffer.concat([Buffer.from(`${folder}/odd/bad`), Buffer.of(0xff)]);
      await writeFile(bad, 'bad');
      await mkdir(Buffer.concat([bad, Buffer.from('folder')]));
      const gathered = await take(['odd']);
      expect(new Set(namesOf(gathered))).to.deep.equal(new Set(names.map((name) => `odd/${name}`)));
      for (const { path, name } of gathered.files) expect((await lstat(path)).size).to.equal(Buffer.byteLength(name.slice('odd/'.length)));
      expect(gathered.failed.map(({ path, error }) => [path.slice(folder.length), error.code])).to.deep.equal([
        ['/odd/bad\\xff', 'NAME_REFUSED'],
        ['/odd/bad\\xfffolder', 'NAME_REFUSED'],
      ]);
    }));

  it('leaves out what would be too long as a name, and names it', () =>
    within(async (folder, take) => {
      const { files, failed } = await take(['photos'], { under: `${'x'.repeat(250)}/`.repeat(16) + 'x'.repeat(66) });
      expect(namesOf({ files, skipped: [], failed: [] }).map((name) => name.slice(-5))).to.deep.equal(['b.jpg']);
      expect(failed.map(({ path, error }) => [path, error.code])).to.deep.equal([[`${folder}/photos/2024/a.jpg`, 'NAME_REFUSED']]);
    }));

  it("leaves Holdfast's own folder out, and tells of a folder that may not be listed", () =>
    within(async (folder, take) => {
      const own = await lstat(join(folder, 'photos', '2024'));
      await symlink('photos/2024', join(folder, 'link'));
      expect(namesOf(await take(['link'], { own })), 'by a link').to.deep.equal([]);
      const gathered = await take(['photos'], { own });
      expect(namesOf(gathered)).to.deep.equal(['photos/b.jpg']);
      expect(gathered.skipped).to.deep.equal([{ kind: 'skipped', path: `${folder}/photos/2024`, reason: "Holdfast's own folder" }]);
      if (process.geteuid?.() === 0) return;
      await chmod(join(folder, 'photos', '2024'), 0);
      expect((await take(['photos'])).failed.map(({ error }) => error.code)).to.deep.equal(['FILE_UNREADABLE']);
      await chmod(join(folder, 'photos', '2024'), 0o700);
    }));
});
