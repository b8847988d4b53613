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

/** What the command prints, and by how many writes. */
const run = async (...argv: readonly string[]): Promise<{ readonly text: string; readonly writes: number; readonly code: number }> => {
  const written: string[] = [];
  const stdout = new Writable({ write: (chunk, _encoding, done) => (written.push(String(chunk)), done()) });
  const { signal } = new AbortController();
  const code = await runCommandLine(argv, { stdout, stderr: process.stderr, env: {}, signal });
  return { text: written.join(''), writes: written.length, code };
};

describe('holdfast ls', () => {
  it('prints a list as it is made, oldest first, some lines at once, and for programs as one value', () =>
    withDirectory(async (home) => {
      const path = join(home, 'catalogue');
      await createCatalogueFiles(path, testIdentity);
      const catalogue = await openCatalogueFiles(path, testIdentity);
      for (let number = 0; number < COUNT; number++) await catalogue.putObject(object(number));
      await catalogue.putObject({ ...object(COUNT), name: 'letters' });
      await catalogue.close();
      const { text, writes, code } = await run('ls', 'photos/', '--home', home);
      const lines = text.split('\n');
      expect([lines.length, lines.pop(), code]).to.deep.equal([COUNT + 1, '', 0]);
      lines.forEach((line, i) => expect(line.split(' ').at(-1)).to.equal(`photos/${COUNT - 1 - i}.jpg`));
      expect(writes).to.be.at.most(5);
      const told = JSON.parse((await run('ls', '--json', '--home', home)).text) as { objects: { name: string }[] };
      expect(told.objects).to.have.length(COUNT + 1);
      expect((await run('ls', 'films/', '--home', home)).text).to.equal('Nothing stored under "films/".\n');
    }));
});
