import { expect } from 'chai';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { runCommandLine } from '../../node/cli/command-line.js';
import type { StoredObject } from '../../node/ports/catalogue.js';
import { createCatalogueFiles, openCatalogueFiles } from '../../node/storage/catalogue.js';
import { sectorNamed } from '../storage/sample-sectors.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { withDirectory } from '../support/temporary-directory.js';

const COUNT = 1_300;
const object = (number: number): StoredObject => ({
  ...{ id: number.toString(16).padStart(32, '0'), name: `photos/${number}.jpg`, bytes: 10, sha256: sectorNamed('content').root },
  ...{ storedAt: 1_700_000_000_000 - number, k: 1, n: 2, state: 'stored', slabs: 1 },
});

/** What the command prints on a terminal of `width` characters, or undefined for a program, and by how many writes. */
const runAt = async (
  width: number | undefined,
  ...argv: readonly string[]
): Promise<{ readonly text: string; readonly writes: number; readonly code: number }> => {
  const written: string[] = [];
  const sink = new Writable({ write: (chunk, _encoding, done) => (written.push(String(chunk)), done()) });
  const stdout = Object.assign(sink, { isTTY: width !== undefined, columns: width });
  const { signal } = new AbortController();
  const code = await runCommandLine(argv, { stdout, stderr: process.stderr, env: {}, signal });
  return { text: written.join(''), writes: written.length, code };
};

const run = (...argv: readonly string[]) => runAt(undefined, ...argv);

/** Makes the catalogue of a home with these objects. */
const fill = async (home: string, objects: readonly StoredObject[]): Promise<void> => {
  const path = join(home, 'catalogue');
  await createCatalogueFiles(path, testIdentity);
  const catalogue = await openCatalogueFiles(path, testIdentity);
  await catalogue.putObjects(objects);
  await catalogue.close();
};
const named = (...names: readonly string[]): readonly StoredObject[] => names.map((name, i) => ({ ...object(i), name, bytes: 1 << i }));

describe('holdfast ls', () => {
  it('prints a list as it is made, oldest first, some lines at once, and for programs as one value', () =>
    withDirectory(async (home) => {
      await fill(home, [...Array.from({ length: COUNT }, (_, number) => object(number)), { ...object(COUNT), name: 'letters' }]);
      const { text, writes, code } = await run('ls', 'photos/', '--home', home);
      const lines = text.split('\n');
      expect([lines.length, lines.pop(), code]).to.deep.equal([COUNT + 1, '', 0]);
      lines.forEach((line, i) => expect(line.split('\t').at(-1)).to.equal(`photos/${COUNT - 1 - i}.jpg`));
      expect(writes).to.be.at.most(5);
      const told = JSON.parse((await run('ls', '--json', '--home', home)).text) as { objects: { name: string }[] };
      expect(told.objects).to.have.length(COUNT + 1);
      for (const command of ['ls', 'du'])
        expect((await run(command, 'films/', '--home', home)).text, command).to.equal('Nothing stored under "films/".\n');
    }));

  it('shows folders with what lies in them, then files, with as many columns as fit', () =>
    withDirectory(async (home) => {
      await fill(home, named('photos/2019/a.jpg', 'photos/2020/b.jpg', 'photos/cover.jpg', 'photos.txt', 'b\u001b[2J/x', 'photos'));
      const shown = async (width: number | undefined, ...words: readonly string[]) =>
        (await runAt(width, 'ls', ...words, '--home', home)).text.trimEnd().split('\n');
      expect(await shown(60)).to.deep.equal([
        '       size            stored  name',
        '       16 B                    b\\x1b[2J/',
        '        7 B                    photos/',
        '       32 B  2023-11-14 22:13  photos',
        '        8 B  2023-11-14 22:13  photos.txt',
        '6 files, 63 B',
      ]);
      expect(await shown(80, 'photos/')).to.deep.equal([
        '       size            stored        shards  name',
        '        1 B                          1 file  photos/2019/',
        '        2 B                          1 file  photos/2020/',
        '        4 B  2023-11-14 22:13        1 of 2  photos/cover.jpg',
        '3 files, 7 B',
      ]);
      expect((await shown(200, 'photos')).map((line) => line.trim().split(/ {2,}/).at(-1))).to.deep.equal([
        'name',
        'photos/2019/',
        'photos/2020/',
        'photos',
        'photos/cover.jpg',
        '4 files, 39 B',
      ]);
      expect((await shown(undefined, '-r', 'photos/')).map((line) => line.split('\t').at(-1))).to.deep.equal([
        'photos/cover.jpg',
        'photos/2020/b.jpg',
        'photos/2019/a.jpg',
      ]);
      expect(await shown(undefined, 'photos/')).to.deep.equal([
        'folder\t1\t-\t1 file\t-\tphotos/2019/',
        'folder\t2\t-\t1 file\t-\tphotos/2020/',
        `stored\t4\t2023-11-14 22:13\t1 of 2\t${'2'.padStart(32, '0')}\tphotos/cover.jpg`,
      ]);
      const { folders } = JSON.parse((await run('ls', 'photos', '--json', '--home', home)).text) as { folders: object[] };
      expect(folders).to.deep.equal([
        { name: 'photos/2019/', files: 1, bytes: 1 },
        { name: 'photos/2020/', files: 1, bytes: 2 },
      ]);
    }));

  it('needs no RPC to say that nothing was ever stored', () =>
    withDirectory(async (home) => {
      for (const words of [[], ['--health']]) {
        const { text, code } = await run('ls', ...words, '--home', home);
        expect([text, code]).to.deep.equal(['Nothing stored yet: "holdfast put FILE".\n', 0]);
      }
    }));
});
