import { expect } from 'chai';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileSink } from '../../node/app/files/file-sink.js';
import { createPartNames } from '../../node/app/files/part-file.js';
import { createKeystore } from '../../node/app/keys/keystore.js';
import { ownDirectory } from '../../node/disk/directory-owner.js';
import { makeDirectory } from '../../node/disk/durable-file.js';
import { createSectorFiles } from '../../node/storage/sector-files.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { withDirectory } from '../support/temporary-directory.js';

const HOURS = 3_600;
const written = async (path: string, hoursAgo: number): Promise<void> => {
  const then = Date.now() / 1000 - hoursAgo * HOURS;
  await utimes(path, then, then);
};
const file = async (path: string, hoursAgo: number): Promise<void> => {
  await writeFile(path, 'a part');
  await written(path, hoursAgo);
};

describe('what writers that were interrupted left behind', () => {
  it('is looked for once in a folder that a run writes many files into', () =>
    withDirectory(async (folder) => {
      await file(join(folder, 'a.0123456789ab.part'), 25);
      const partNames = createPartNames();
      expect(await partNames(folder)).to.deep.equal(['a.0123456789ab.part']);
      await file(join(folder, 'b.0123456789ab.part'), 25);
      expect(await partNames(folder)).to.deep.equal(['a.0123456789ab.part']);
      for (const name of ['a', 'b']) await (await createFileSink(join(folder, name), { partNames })).abandon();
      expect(await readdir(folder)).to.deep.equal(['b.0123456789ab.part']);
    }));

  it('goes a day later, with the next key of that name', () =>
    withDirectory(async (folder) => {
      await file(join(folder, 'wallet.json.0123456789ab.tmp'), 25);
      await file(join(folder, 'wallet.json.ba9876543210.tmp'), 1);
      await file(join(folder, 'peer.json.0123456789ab.tmp'), 25);
      await createKeystore({ folder, scryptCost: 2 }).create('wallet', 'password');
      expect((await readdir(folder)).sort()).to.deep.equal(['peer.json.0123456789ab.tmp', 'wallet.json', 'wallet.json.ba9876543210.tmp']);
    }));

  it('of a store, with the next that is made there', () =>
    withDirectory(async (folder) => {
      for (const [name, hours] of [
        ['sectors.new-old', 25],
        ['sectors.new-young', 1],
        ['journal.new-old', 25],
      ] as const) {
        await mkdir(join(folder, name, 'sectors'), { recursive: true });
        await written(join(folder, name), hours);
      }
      await createSectorFiles(join(folder, 'sectors'), testIdentity);
      expect((await readdir(folder)).sort()).to.deep.equal(['journal.new-old', 'sectors', 'sectors.new-young']);
    }));

  it('of owners of a directory, with the next owner', () =>
    withDirectory(async (folder) => {
      const draft = (digit: string): string => `owner.${digit.repeat(8)}-0000-4000-8000-${digit.repeat(12)}`;
      await file(join(folder, draft('1')), 25);
      await file(join(folder, draft('2')), 1);
      const release = await ownDirectory(folder, { inUse: () => new Error('in use') });
      expect((await readdir(folder)).sort()).to.deep.equal(['owner-1', draft('2')]);
      await release();
    }));

  it('of a file that was fetched, when it is fetched again, though it came whole', () =>
    withDirectory(async (folder) => {
      await writeFile(join(folder, 'film'), 'all of it');
      await file(join(folder, 'film.0123456789ab.part'), 25);
      const error: unknown = await createFileSink(join(folder, 'film')).catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'FILE_EXISTS');
      expect(await readdir(folder)).to.deep.equal(['film']);
    }));
});

describe('making a directory', () => {
  it('makes what leads to it, with the same permissions, and may be asked for again', () =>
    withDirectory(async (folder) => {
      for (let time = 0; time < 2; time++) await makeDirectory(join(folder, 'a', 'b'), 0o700);
      for (const path of ['a', 'a/b']) expect((await stat(join(folder, path))).mode & 0o777).to.equal(0o700);
    }));
});
