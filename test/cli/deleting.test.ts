import { expect } from 'chai';
import { join } from 'node:path';
import { address, dealId, leaves, period, wei } from '../../node/core/units.js';
import { shardLeaves } from '../../node/core/data/slab.js';
import type { Catalogue, ObjectRecord, ShardPlacement, StoredObject } from '../../node/ports/catalogue.js';
import { createCatalogueFiles, openCatalogueFiles } from '../../node/storage/catalogue.js';
import { collect } from '../support/collect.js';
import { commandInProcess, type Finished } from '../support/command-line.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { withDirectory } from '../support/temporary-directory.js';
import { dealNamed, sectorNamed, signedRevision } from '../storage/sample-sectors.js';

const GIB = leaves(1 << 25);
const [bob, carol] = [dealNamed('Bob'), dealNamed('Carol')];
const id = (number: number): string => number.toString(16).padStart(32, '0');
const object = (number: number, name: string, change: Partial<StoredObject> = {}): StoredObject => ({
  ...{ id: id(number), name, bytes: 100, sha256: sectorNamed('content').root, storedAt: 1_700_000_000_000 + number },
  ...{ k: 1, n: 2, state: 'stored', slabs: 1, ...change },
});
const placed = (name: string): readonly ShardPlacement[] =>
  [bob, carol].map((deal, shard) => ({ shard, deal, sector: sectorNamed(`${name} ${shard}`, 8), attempt: 0 }));
const slabOf = (name: string) => ({ length: 100, sha256: sectorNamed('content').root, shards: placed(name) });
const odd = 'photos/\u001b[2J\u202eodd.jpg';

/** Two versions of one file, a folder, a file called like an option, and three small files in one crate; in deals of 1 HOLD for a GiB and period. */
const fill = async (catalogue: Catalogue): Promise<void> => {
  await catalogue.putObject(object(1, 'letter.txt'), new Map([[0, slabOf('first')]]));
  await catalogue.putObject(object(2, 'letter.txt'), new Map([[0, slabOf('second')]]));
  await catalogue.putObject(object(3, 'photos/a.jpg'), new Map([[0, slabOf('a')]]));
  await catalogue.putObject(object(4, odd), new Map([[0, slabOf('odd')]]));
  await catalogue.putObject(object(5, 'photos2'), new Map([[0, slabOf('another')]]));
  await catalogue.putObject(object(6, '-rf'), new Map([[0, slabOf('option')]]));
  const small = [7, 8, 9].map((number, index) => {
    const { sha256, ...rest } = object(number, `small/${number}`);
    return { object: { ...rest, state: 'placing' as const }, length: 100, sha256, from: leaves(index * shardLeaves(100, 1)) };
  });
  const crate = { state: 'crate', id: 'c0', name: 'small', storedAt: 1, k: 1, n: 2, slabs: 1 } as const;
  await catalogue.putCrate(crate, new Map([[0, { ...slabOf('crate'), length: 384 }]]), new Map([[0, small]]));
  await catalogue.putObjects(small.map(({ object: { id: own, name } }) => ({ ...object(0, name), id: own })));
  for (const deal of [bob, carol]) {
    const current = signedRevision(deal, 1n, [sectorNamed('all', 1)]);
    const revision = { ...current.revision, leaves: GIB, price: wei(10n ** 18n), end: period(100) };
    await catalogue.putDeal({ id: dealId(deal), provider: address(`0x${'22'.repeat(20)}`), current: { ...current, revision } });
  }
};

interface Home {
  readonly run: (...words: readonly string[]) => Promise<Finished & { readonly json: Readonly<Record<string, unknown>> }>;
  readonly within: <Result>(work: (catalogue: Catalogue) => Promise<Result>) => Promise<Result>;
  readonly names: () => Promise<readonly string[]>;
}

const withHome = (story: (home: Home) => Promise<void>): Promise<void> =>
  withDirectory(async (folder) => {
    const path = join(folder, 'catalogue');
    await createCatalogueFiles(path, testIdentity);
    const within: Home['within'] = async (work) => {
      const catalogue = await openCatalogueFiles(path, testIdentity);
      try {
        return await work(catalogue);
      } finally {
        await catalogue.close();
      }
    };
    await within(fill);
    const names = (): Promise<readonly string[]> =>
      within(async (catalogue) => (await collect<ObjectRecord>(catalogue.objects())).map(({ name }) => name).sort());
    const run: Home['run'] = async (command, ...words) => {
      const finished = await commandInProcess(command, '--home', folder, ...words);
      return { ...finished, json: words.includes('--json') ? (JSON.parse(finished.stdout) as Record<string, unknown>) : {} };
    };
    await story({ run, within, names });
  });
const codeIn = ({ json }: { readonly json: Readonly<Record<string, unknown>> }): unknown =>
  (json['error'] as { code?: string } | undefined)?.code;
const all = ['-rf', 'letter.txt', 'letter.txt', 'photos/a.jpg', odd, 'photos2', 'small/7', 'small/8', 'small/9'].sort();

describe('holdfast rm', () => {
  it('says what it would delete, what that frees and what stays, without a password or an RPC', () =>
    withHome(async ({ run, names }) => {
      const { stdout, code } = await run('rm', '--dry-run', 'letter.txt', 'small/7');
      expect(code).to.equal(0);
      const lines = stdout.split('\n');
      // Not the home of whoever pastes it, and not without a question: more may lie there by then.
      expect(lines.splice(-2).join('\n')).to.match(/^Nothing was deleted. To do it: holdfast rm --home=\S+ letter\.txt small\/7\n$/);
      expect(lines).to.deep.equal([
        'To be deleted for ever: 2 files in 3 versions, 300 B.',
        '  "letter.txt"  100 B',
        '  "letter.txt"  100 B',
        '  "small/7"  100 B',
        '  1.00 KiB in 2 deals need not be kept any more: that saves 0.000001 HOLD a period, once their providers have agreed',
        '  256 B lie in sectors with other files: they are paid for until "holdfast renter run" moves those together, once that pays',
        '  not given back: rent until then, and what was paid for reading and for gas; escrow that is not needed comes back when its deal ends',
      ]);
      expect(await names()).to.deep.equal(all);
    }));

  it('deletes what is named with all that was put under it, and leaves on record what providers are to give up', () =>
    withHome(async ({ run, names, within }) => {
      const { json, stdout } = await run('rm', '--yes', '--json', 'letter.txt');
      expect(json).to.deep.include({ performed: true, freedLeaves: 32, keptLeaves: 0, deals: 2, savedWeiPerPeriod: '953674316406' });
      expect((json['deleted'] as unknown[]).length, stdout).to.equal(2);
      expect(await names()).to.deep.equal(all.filter((name) => name !== 'letter.txt'));
      const freed = await within(async (catalogue) => (await collect(catalogue.freed(bob))).map(({ root }) => root));
      expect(freed).to.have.members([sectorNamed('first 0').root, sectorNamed('second 0').root]);
    }));

  it('deletes former versions alone, those beyond a count or before a day, and says so where there are none', () =>
    withHome(async ({ run, names, within }) => {
      expect((await run('rm', '--dry-run', '--keep-versions', '1', 'letter.txt')).stdout).to.match(
        /rm --keep-versions=1 --home=\S+ letter\.txt$/m,
      );
      expect((await run('rm', '--yes', '--json', '--keep-versions', '2', 'letter.txt')).json).to.deep.include({
        performed: false,
        deleted: [],
      });
      expect((await run('rm', '--yes', '--json', '--older-than', '36500', 'letter.txt')).json).to.deep.include({ deleted: [] });
      expect(await names()).to.deep.equal(all);
      const { json } = await run('rm', '--yes', '--json', '--older-than', '1', 'letter.txt', 'photos2');
      expect((json['deleted'] as { id: string }[]).map((one) => one.id)).to.deep.equal([id(1)]);
      expect(await within(async (catalogue) => (await collect(catalogue.named('letter.txt'))).map((one) => one.id))).to.deep.equal([id(2)]);
      expect(await names()).to.include('photos2');
    }));

  it('deletes the one of an id alone', () =>
    withHome(async ({ run, within }) => {
      await run('rm', '--yes', id(1));
      expect(await within(async (catalogue) => (await collect(catalogue.named('letter.txt'))).map((one) => one.id))).to.deep.equal([id(2)]);
    }));

  it('frees a crate’s sectors with the last of what lies in them', () =>
    withHome(async ({ run }) => {
      expect((await run('rm', '--yes', '--json', 'small/7')).json).to.deep.include({ freedLeaves: 0, keptLeaves: 8, deals: 0 });
      expect((await run('rm', '--yes', '--json', 'small/8', 'small/9')).json).to.deep.include({ freedLeaves: 16, keptLeaves: 0, deals: 2 });
    }));

  it('deletes folders only with -r, and no file whose name begins alike', () =>
    withHome(async ({ run, names }) => {
      expect(codeIn(await run('rm', '--yes', '--json', 'photos'))).to.equal('FOLDER_NAMED');
      expect(codeIn(await run('rm', '--yes', '--json', 'photos/'))).to.equal('FOLDER_NAMED');
      expect(await names()).to.deep.equal(all);
      const { stdout } = await run('rm', '-r', '--yes', 'photos/');
      expect(stdout).to.include('Deleted 2 files');
      expect(await names()).to.deep.equal(all.filter((name) => !name.startsWith('photos/')));
    }));

  it('shows names without what a terminal obeys, and takes one that looks like an option', () =>
    withHome(async ({ run, names }) => {
      const { stdout } = await run('rm', '-r', '--dry-run', '--', 'photos', '-rf');
      expect(stdout).to.include('\\x1b[2J').and.not.include('\u001b').and.not.include('\u202e');
      expect(stdout).to.match(/holdfast rm -r --home=\S+ -- photos -rf$/m);
      await run('rm', '--yes', '--', '-rf');
      expect(await names()).not.to.include('-rf');
    }));

  it('deletes nothing where one of the names is unknown, or nobody has agreed', () =>
    withHome(async ({ run, names }) => {
      expect(codeIn(await run('rm', '--yes', '--json', 'letter.txt', 'nothing'))).to.equal('OBJECT_MISSING');
      expect(codeIn(await run('rm', '--json', 'letter.txt'))).to.equal('CONFIRMATION_NEEDED');
      const { code, stdout, stderr } = await run('rm', 'letter.txt');
      expect([code, stdout + stderr]).to.satisfy(
        ([status, said]: [number, string]) => status === 1 && said.includes('CONFIRMATION_NEEDED'),
      );
      expect(await names()).to.deep.equal(all);
    }));
});

describe('holdfast mv', () => {
  it('gives a file with all its versions another name, or puts it into a folder', () =>
    withHome(async ({ run, names, within }) => {
      expect((await run('mv', 'letter.txt', 'letters/first.txt')).stdout).to.include('"letters/first.txt"');
      await run('mv', 'photos2', 'photos/');
      expect(await names()).to.deep.equal(
        all.map((name) => (name === 'letter.txt' ? 'letters/first.txt' : name === 'photos2' ? 'photos/photos2' : name)).sort(),
      );
      expect(await within(async (catalogue) => (await catalogue.slab(id(1), 0))?.shards)).to.deep.equal(placed('first'));
      expect(await within(async (catalogue) => collect(catalogue.freedDeals()))).to.deep.equal([]);
    }));

  it('renames folders, small files in crates too', () =>
    withHome(async ({ run, names, within }) => {
      await run('mv', 'small', 'tiny');
      await run('mv', 'photos/', 'archive/2026/');
      expect(await names()).to.deep.equal(
        all.map((name) => name.replace(/^small/, 'tiny').replace(/^photos\//, 'archive/2026/photos/')).sort(),
      );
      expect(await within(async (catalogue) => (await catalogue.object('tiny/8'))?.id)).to.equal(id(8));
    }));

  it('overwrites nothing, unless it is told to: what was there is deleted then', () =>
    withHome(async ({ run, names }) => {
      expect(codeIn(await run('mv', '--json', 'photos2', 'letter.txt'))).to.equal('NAME_TAKEN');
      expect(await names()).to.deep.equal(all);
      const { json } = await run('mv', '--json', '--force', 'photos2', 'letter.txt');
      expect((json['deleted'] as unknown[]).length).to.equal(2);
      expect(await names()).to.deep.equal(
        all
          .filter((name) => !['photos2', 'letter.txt'].includes(name))
          .concat('letter.txt')
          .sort(),
      );
    }));

  it('takes a folder out of one of the same name, though files in it have names that others of them get', () =>
    withHome(async ({ run, within }) => {
      const [first, second] = [slabOf('photo 1'), slabOf('photo 2')];
      await within(async (catalogue) => {
        await catalogue.putObject(object(11, 'a/a/photo'), new Map([[0, first]]));
        await catalogue.putObject(object(12, 'a/a/a/photo'), new Map([[0, second]]));
      });
      const { json } = await run('mv', '--json', '--force', 'a/a', 'a');
      expect(json['deleted']).to.deep.equal([]);
      await within(async (catalogue) => {
        expect((await catalogue.object('a/photo'))?.id).to.equal(id(11));
        expect((await catalogue.object('a/a/photo'))?.id).to.equal(id(12));
        expect(await catalogue.slab(id(11), 0)).to.deep.equal(first);
        expect(await catalogue.slab(id(12), 0)).to.deep.equal(second);
      });
    }));

  it('refuses what is no name, what is not there, a folder’s name for a file, and a folder in itself', () =>
    withHome(async ({ run, names }) => {
      const code = async (...words: readonly string[]) => codeIn(await run('mv', '--json', ...words));
      expect(await code('letter.txt', '../letter.txt')).to.equal('NAME_REFUSED');
      expect(await code('letter.txt', `${'x'.repeat(256)}`)).to.equal('NAME_REFUSED');
      expect(await code('nothing', 'something')).to.equal('OBJECT_MISSING');
      expect(await code('letter.txt', 'photos')).to.equal('NAME_REFUSED');
      expect(await code('photos', 'photos/inner')).to.equal('NAME_REFUSED');
      expect(await code('photos', 'photos')).to.equal('NAME_REFUSED');
      expect(await names()).to.deep.equal(all);
    }));
});
