import { expect } from 'chai';
import { lstat, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gather } from '../../../node/app/files/gather.js';
import type { Comparing } from '../../../node/app/files/is-same-file.js';
import { planSyncDown, type DownOptions, type DownPlan } from '../../../node/app/files/plan-sync-down.js';
import { planSyncUp, type UpPlan } from '../../../node/app/files/plan-sync-up.js';
import { storeFiles } from '../../../node/app/files/store-files.js';
import { deleteLacking } from '../../../node/app/files/sync-up.js';
import { deleteExtra, fetchPlanned } from '../../../node/app/files/sync-down.js';
import { bytesOf } from '../../support/worlds/actors.js';
import { withDirectory } from '../../support/temporary-directory.js';
import { createRenterWorld, type RenterWorld } from '../../support/worlds/renter-world.js';

const files = ['a.jpg', 'deep/b', 'deep/new\nline', 'deep/é', 'empty'];

/** What a synchronization is played with: a folder here, one there, and Alice's renter between them. */
interface Scene {
  readonly world: RenterWorld;
  readonly here: string;
  readonly there: string;
  up(comparing?: Comparing): Promise<UpPlan>;
  /** Stores what is to be stored. */
  store(): Promise<void>;
  down(change?: Partial<DownOptions>): Promise<DownPlan>;
  /** Fetches what is to be fetched; `onRead` hears of each file when its bytes are asked for. */
  fetch(plan: DownPlan, onRead?: (name: string) => Promise<void>): ReturnType<typeof fetchPlanned>;
}

const withScene = (story: (scene: Scene) => Promise<void>): Promise<void> =>
  withDirectory(async (folder) => {
    const [here, there] = [join(folder, 'here'), join(folder, 'there')];
    await mkdir(join(here, 'deep'), { recursive: true });
    for (const name of files) await writeFile(join(here, name), name === 'empty' ? '' : bytesOf(name, 3_000));
    let time = 1_800_000_000_000;
    const world = await createRenterWorld({ names: ['bob', 'carol', 'dave'], now: () => ++time });
    const up = async (comparing: Comparing = 'times'): Promise<UpPlan> =>
      planSyncUp(world.catalogue, await gather([here], { name: 'x/photos' }), { comparing, root: here, folder: 'x/photos' });
    await story({
      ...{ world, here, there, up },
      store: async () => {
        const { changed } = await up();
        const options = { k: 2, n: 3, periods: 20, input: () => Readable.from([]), spool: { folder: join(folder, 'spool') } };
        await world.during(storeFiles(world.renter, changed, options));
      },
      down: (change = {}) =>
        planSyncDown(world.catalogue, { root: there, folder: 'x/photos', comparing: 'times', withExtra: false, force: false, ...change }),
      fetch: (plan, onRead) => {
        const { renter } = world;
        const get: typeof renter.get = async (options) => {
          await onRead?.((await world.catalogue.object(options.object))?.name.replace('x/photos/', '') ?? '');
          return await renter.get(options);
        };
        const options = { root: there, folder: 'x/photos', output: new Writable() };
        return world.during(fetchPlanned({ ...renter, get }, plan, options));
      },
    });
  });

const named = (objects: readonly { readonly name: string }[]): readonly string[] =>
  objects.map(({ name }) => name.replace('x/photos/', ''));
const nothing: Partial<DownPlan> = { missing: [], other: [], extra: [], kept: [] };

describe('a folder goes up', function () {
  this.timeout(60_000);

  it('whole, and the second time there is nothing to do: nobody is asked', () =>
    withScene(async ({ world, up, store }) => {
      expect(named((await up()).changed).toSorted()).to.deep.equal(files.toSorted());
      await store();
      const sent = [...world.sent];
      expect(await up()).to.deep.equal({ changed: [], same: files.length, extra: [] });
      expect(world.sent).to.deep.equal(sent);
    }));

  it('with what changed, also where size and times were put back, and without what was only touched', () =>
    withScene(async ({ here, up, store }) => {
      await store();
      const { atime, mtime } = await stat(join(here, 'deep/b'));
      await writeFile(join(here, 'deep/b'), bytesOf('other', 3_000));
      await utimes(join(here, 'deep/b'), atime, mtime);
      await utimes(join(here, 'a.jpg'), 1, 1);
      await writeFile(join(here, 'empty'), 'no more');
      const { changed, same, extra } = await up();
      expect([named(changed).toSorted(), same, extra]).to.deep.equal([['deep/b', 'empty'], 3, []]);
      expect((await up('content')).changed).to.have.length(2);
    }));

  it('with what came in the place of a file, of its size and of a time that somebody has set, as archives of builds have it', () =>
    withScene(async ({ here, up, store }) => {
      await utimes(join(here, 'a.jpg'), 315_532_800, 315_532_800);
      await store();
      await writeFile(join(here, '..', 'unpacked'), bytesOf('next release', 3_000));
      await utimes(join(here, '..', 'unpacked'), 315_532_800, 315_532_800);
      await rename(join(here, '..', 'unpacked'), join(here, 'a.jpg'));
      expect(named((await up()).changed)).to.deep.equal(['a.jpg']);
    }));

  it('and says what is stored that it lacks; what is a link now, or cannot be read, it does not lack', () =>
    withScene(async ({ here, up, store }) => {
      await store();
      await rename(join(here, 'deep'), join(here, 'deeper'));
      await rm(join(here, 'a.jpg'));
      await symlink('nowhere', join(here, 'a.jpg'));
      const { changed, extra } = await up();
      expect(named(changed).toSorted()).to.deep.equal(['deeper/b', 'deeper/new\nline', 'deeper/é'].toSorted());
      expect(named(extra).toSorted()).to.deep.equal(['deep/b', 'deep/new\nline', 'deep/é'].toSorted());
      await rm(join(here, 'deeper'), { recursive: true });
      await symlink(here, join(here, 'deep'));
      expect((await up()).extra, 'what lies behind a link may be all of it').to.deep.equal([]);
    }));

  it('and what it lacked stays where it is there again, or was renamed, on another machine perhaps, while others were stored', () =>
    withScene(async ({ here, world, up, store }) => {
      await store();
      const gone = ['a.jpg', 'deep/b', 'deep/é'];
      for (const name of gone) await rename(join(here, name), join(here, '..', basename(name)));
      const { extra } = await up();
      expect(named(extra).toSorted()).to.deep.equal(gone);
      await rename(join(here, '..', 'a.jpg'), join(here, 'a.jpg'));
      const renamed = (await world.catalogue.object('x/photos/deep/b'))!;
      await world.catalogue.putObjects([{ ...renamed, name: 'archive/b' }]);
      expect(named(await deleteLacking(world.catalogue, extra, { root: here, folder: 'x/photos' }))).to.deep.equal(['deep/é']);
      const left = await Array.fromAsync(world.catalogue.objects());
      const stay = ['a.jpg', 'archive/b', 'deep/new\nline', 'empty'];
      expect(named(left).toSorted()).to.deep.equal(stay);
    }));

  it('and a file that cannot be compared is stored, which says why', () =>
    withScene(async ({ here, world }) => {
      const gathered = await gather([here], { name: 'x/photos' });
      await world.catalogue.putObject({
        ...{ id: '01', name: 'x/photos/a.jpg', bytes: 3_000, storedAt: 1, k: 1, n: 1, slabs: 0, state: 'stored' },
        sha256: `0x${'1'.repeat(64)}` as never,
      });
      await rm(join(here, 'a.jpg'));
      const plan = await planSyncUp(world.catalogue, gathered, { comparing: 'times', root: here, folder: 'x/photos' });
      expect(named(plan.changed)).to.include('a.jpg');
    }));
});

describe('a folder comes down', function () {
  this.timeout(60_000);

  it('whole and dated as it was, and the second time there is nothing to do', () =>
    withScene(async ({ here, there, world, store, down, fetch }) => {
      await store();
      const plan = await down();
      expect(named(plan.missing).toSorted()).to.deep.equal(files.toSorted());
      expect((await fetch(plan)).failed).to.deep.equal([]);
      for (const name of files) {
        expect(Buffer.compare(await readFile(join(there, name)), await readFile(join(here, name))), name).to.equal(0);
        expect(Math.round((await stat(join(there, name))).mtimeMs), name).to.equal(Math.round((await stat(join(here, name))).mtimeMs));
      }
      expect(await down({ withExtra: true })).to.deep.include({ ...nothing, same: files.length });
      // Size and time are all that is looked at, unless content is asked for.
      const { atime, mtime } = await stat(join(there, 'a.jpg'));
      await writeFile(join(there, 'a.jpg'), bytesOf('a.jpg changed', 3_000));
      await utimes(join(there, 'a.jpg'), atime, mtime);
      expect((await down()).same).to.equal(files.length);
      expect((await down({ comparing: 'content' })).kept).to.deep.equal([join(there, 'a.jpg')]);
      expect(world.sent).to.deep.equal(['open']);
    }));

  it('and goes on where it was broken off', () =>
    withScene(async ({ there, store, down, fetch }) => {
      await store();
      const plan = await down();
      await fetch({ ...plan, missing: plan.missing.slice(0, 2) });
      const rest = await down();
      expect([rest.same, rest.missing.length]).to.deep.equal([2, files.length - 2]);
      await fetch(rest);
      expect((await down()).same).to.equal(files.length);
      expect((await lstat(join(there, 'deep'))).isDirectory()).to.equal(true);
    }));

  it('over files whose content is stored, and over no others, unless that is forced', () =>
    withScene(async ({ here, there, store, down, fetch }) => {
      await store();
      await fetch(await down());
      await writeFile(join(here, 'a.jpg'), 'newer');
      await store();
      await writeFile(join(there, 'deep/b'), 'edited here and stored nowhere');
      const plan = await down();
      expect([named(plan.other), plan.kept]).to.deep.equal([['a.jpg'], [join(there, 'deep/b')]]);
      await fetch(plan);
      expect(await readFile(join(there, 'a.jpg'), 'utf8')).to.equal('newer');
      expect(await readFile(join(there, 'deep/b'), 'utf8')).to.equal('edited here and stored nowhere');
      await fetch(await down({ force: true }));
      expect(Buffer.compare(await readFile(join(there, 'deep/b')), bytesOf('deep/b', 3_000))).to.equal(0);
    }));

  it('and leaves what was edited after it was looked at', () =>
    withScene(async ({ here, there, store, down, fetch }) => {
      await store();
      await fetch(await down());
      await writeFile(join(here, 'a.jpg'), 'newer');
      await store();
      const plan = await down();
      await writeFile(join(there, 'a.jpg'), 'edited meanwhile');
      expect((await fetch(plan)).touched).to.deep.equal([join(there, 'a.jpg')]);
      expect(await readFile(join(there, 'a.jpg'), 'utf8')).to.equal('edited meanwhile');
    }));

  it('and leaves what is edited while it is fetched, and dates nothing back that was edited once it was', () =>
    withScene(async ({ here, there, store, down, fetch }) => {
      await store();
      await fetch(await down());
      await writeFile(join(here, 'a.jpg'), bytesOf('newer', 3_000));
      await store();
      await rm(join(there, 'deep/b'));
      const edited = (path: string) => writeFile(join(there, path), bytesOf('edited', 3_000));
      const { touched, failed } = await fetch(await down(), async (name) => {
        // The file is there in this moment, and the run goes on.
        if (name === 'a.jpg') for (const path of ['a.jpg', 'deep/b']) await edited(path);
      });
      expect([touched, failed]).to.deep.equal([[join(there, 'a.jpg')], []]);
      expect(await readdir(there), 'nothing half-done is left').to.have.members(['a.jpg', 'deep', 'empty']);
      for (const path of ['a.jpg', 'deep/b'])
        expect(Buffer.compare(await readFile(join(there, path)), bytesOf('edited', 3_000)), path).to.equal(0);
      expect((await down()).kept).to.have.members([join(there, 'a.jpg'), join(there, 'deep/b')]);
    }));

  it('and of what it lacks those files may go whose content is stored, as long as nobody touches them', () =>
    withScene(async ({ here, there, store, down, fetch }) => {
      await store();
      await fetch(await down());
      await writeFile(join(there, 'copy of a'), await readFile(join(here, 'a.jpg')));
      await writeFile(join(there, 'deep/another copy'), await readFile(join(here, 'a.jpg')));
      await writeFile(join(there, 'own'), 'stored nowhere');
      expect((await down()).extra, 'not asked for').to.deep.equal([]);
      const { extra, kept } = await down({ withExtra: true });
      expect(extra.map(({ path }) => path)).to.have.members([join(there, 'copy of a'), join(there, 'deep/another copy')]);
      expect(kept).to.deep.equal([join(there, 'own')]);
      await writeFile(join(there, 'copy of a'), 'edited meanwhile');
      expect(await deleteExtra(extra)).to.deep.equal([join(there, 'deep/another copy')]);
      expect(await readFile(join(there, 'copy of a'), 'utf8')).to.equal('edited meanwhile');
    }));

  it('and Holdfast’s own folder, which is never stored, is none of what it lacks, also where much is to be lost', () =>
    withScene(async ({ there, store, down, fetch }) => {
      await store();
      await fetch(await down());
      const home = join(there, 'deep', '.holdfast');
      await mkdir(join(home, 'keys'), { recursive: true });
      await writeFile(join(home, 'keys', 'wallet.json'), 'the only one');
      await writeFile(join(there, 'own'), 'stored nowhere');
      const own = await stat(home);
      const { extra, kept } = await down({ withExtra: true, force: true, own });
      expect([extra.map(({ path }) => path), kept]).to.deep.equal([[join(there, 'own')], []]);
    }));

  it('nowhere but into the folder, whatever links lie in it', () =>
    withScene(async ({ here, there, store, down, fetch }) => {
      await store();
      await mkdir(there);
      await symlink(here, join(there, 'deep'));
      await symlink(join(here, 'a.jpg'), join(there, 'a.jpg'));
      await writeFile(join(here, 'a.jpg'), 'precious');
      const { failed } = await fetch(await down());
      expect(failed.map(({ error }) => error.code).toSorted()).to.deep.equal([
        'FILE_EXISTS',
        ...['deep/b', 'deep/new\nline', 'deep/é'].map(() => 'FILE_UNWRITABLE'),
      ]);
      expect(await readFile(join(here, 'a.jpg'), 'utf8')).to.equal('precious');
    }));
});
