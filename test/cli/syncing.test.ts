import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { originOf } from '../../node/app/files/file-source.js';
import { hash } from '../../node/core/units.js';
import { createCatalogueFiles, openCatalogueFiles } from '../../node/storage/catalogue.js';
import { collect } from '../support/collect.js';
import { commandInProcess, type Finished } from '../support/command-line.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { withDirectory } from '../support/temporary-directory.js';

/** A home without keys and without a network, in which `here/a` and `here/b` are stored as `x/a` and `x/b`, and `x/old` beside them. */
interface Home {
  readonly here: string;
  readonly sync: (...words: readonly string[]) => Promise<Finished & { readonly json: Readonly<Record<string, unknown>> }>;
  readonly names: () => Promise<readonly string[]>;
}

const withHome = (story: (home: Home) => Promise<void>): Promise<void> =>
  withDirectory(async (folder) => {
    const [home, here] = [join(folder, 'home'), join(folder, 'here')];
    await mkdir(here);
    await mkdir(home);
    const path = join(home, 'catalogue');
    await createCatalogueFiles(path, testIdentity);
    const catalogue = await openCatalogueFiles(path, testIdentity);
    for (const [index, name] of ['a', 'b', 'old'].entries()) {
      const file = join(here, name);
      if (name !== 'old') await writeFile(file, name);
      const origin = name === 'old' ? {} : { origin: originOf(await stat(file, { bigint: true })) };
      const sha256 = hash(`0x${createHash('sha256').update(name).digest('hex')}`);
      const facts = { id: `${index}`.padStart(32, '0'), name: `x/${name}`, bytes: name.length, storedAt: index, k: 1, n: 1, slabs: 0 };
      await catalogue.putObject({ ...facts, ...origin, sha256, state: 'stored' });
    }
    await catalogue.close();
    await story({
      here,
      sync: async (...words) => {
        const finished = await commandInProcess('sync', '--home', home, '--json', ...words);
        return { ...finished, json: JSON.parse(finished.stdout) as Record<string, unknown> };
      },
      names: async () => {
        const opened = await openCatalogueFiles(path, testIdentity);
        try {
          return (await collect(opened.objects())).map(({ name }) => name).toSorted();
        } finally {
          await opened.close();
        }
      },
    });
  });

const codeIn = ({ json }: { readonly json: Readonly<Record<string, unknown>> }): unknown =>
  (json['error'] as { code?: string } | undefined)?.code;

describe('holdfast sync, without keys and without a network,', () => {
  it('finds that nothing changed, both ways', () =>
    withHome(async ({ here, sync, names }) => {
      const up = await sync(here, 'x/');
      expect([up.code, up.json['same'], up.json['changed'], up.json['deleted']]).to.deep.equal([0, 2, [], []]);
      await writeFile(join(here, 'old'), 'old');
      const down = await sync(here, 'x', '--down', '--delete');
      expect([down.code, down.json['same'], down.json['deleted']]).to.deep.equal([0, 3, []]);
      expect(await names()).to.deep.equal(['x/a', 'x/b', 'x/old']);
    }));

  it('deletes what the folder lacks only when it is told to and somebody agrees', () =>
    withHome(async ({ here, sync, names }) => {
      expect(codeIn(await sync(here, 'x', '--delete'))).to.equal('CONFIRMATION_NEEDED');
      const dry = await sync(here, 'x', '--delete', '--dry-run');
      expect([dry.code, (dry.json['extra'] as unknown[]).length, dry.json['deleted']]).to.deep.equal([0, 1, []]);
      expect(await names()).to.include('x/old');
      expect((await sync(here, 'x', '--delete', '--yes')).json['deleted']).to.have.length(1);
      expect(await names()).to.deep.equal(['x/a', 'x/b']);
    }));

  it('deletes nothing where something failed', () =>
    withHome(async ({ here, sync, names }) => {
      await writeFile(Buffer.from(`${here}/\xff`, 'latin1'), 'a name that is no text');
      const { code, json } = await sync(here, 'x', '--delete', '--yes');
      expect([code, (json['failed'] as { code: string }[])[0]?.code, json['deleted']]).to.deep.equal([1, 'NAME_REFUSED', []]);
      expect(await names()).to.include('x/old');
    }));

  it('deletes nothing for a folder without any file, whose disk is not mounted perhaps', () =>
    withHome(async ({ here, sync, names }) => {
      for (const name of ['a', 'b']) await rm(join(here, name));
      await mkdir(join(here, 'empty'));
      for (const words of [['--yes'], ['--dry-run']]) expect(codeIn(await sync(here, 'x', '--delete', ...words))).to.equal('FOLDER_EMPTY');
      expect(await names()).to.deep.equal(['x/a', 'x/b', 'x/old']);
      expect((await sync(here, 'x')).code, 'without --delete there is nothing to do').to.equal(0);
    }));

  it('empties no folder for a name that was mistyped', () =>
    withHome(async ({ here, sync }) => {
      expect(codeIn(await sync(here, 'y', '--down', '--delete', '--yes'))).to.equal('OBJECT_MISSING');
      expect(await readdir(here)).to.have.members(['a', 'b']);
    }));

  it('leaves and names what is stored nowhere, and takes no option that would mean nothing', () =>
    withHome(async ({ here, sync }) => {
      await writeFile(join(here, 'old'), 'old');
      await writeFile(join(here, 'a'), 'edited');
      const { code, json } = await sync(here, 'x', '--down', '--dry-run');
      expect([code, json['kept'], json['other']]).to.deep.equal([1, [join(here, 'a')], []]);
      expect((await sync(here, 'x', '--down', '--dry-run', '--force')).json['other']).to.deep.equal(['x/a']);
      expect(codeIn(await sync(here, 'x', '--force'))).to.equal('USAGE');
      expect(codeIn(await sync(join(here, 'a'), 'x'))).to.equal('BAD_OPTION');
      expect(codeIn(await sync(here, '/'))).to.equal('BAD_OPTION');
    }));
});
