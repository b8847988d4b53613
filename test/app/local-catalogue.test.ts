import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSettings } from '../../node/app/settings/config.js';
import { readCatalogue, storedObjects, withCatalogue } from '../../node/app/local-catalogue.js';
import type { ObjectRecord } from '../../node/ports/catalogue.js';
import { createCatalogueFiles, openCatalogueFiles } from '../../node/storage/catalogue.js';
import { sectorNamed } from '../storage/sample-sectors.js';
import { rejection } from '../support/coded-rejection.js';
import { collect } from '../support/collect.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { withDirectory } from '../support/temporary-directory.js';

const object: ObjectRecord = {
  ...{ id: 'aa', name: 'letters', bytes: 100, sha256: sectorNamed('letters').root, storedAt: 1_700_000_000_000 },
  ...{ k: 1, n: 2, state: 'stored', slabs: 0 },
};

describe('what is stored, by this home folder alone,', () => {
  it('is nothing where nothing ever was, and no catalogue is made for it', () =>
    withDirectory(async (home) => {
      const settings = await loadSettings({ home }, {});
      expect(await collect(storedObjects(settings))).to.deep.equal([]);
      expect(await collect(storedObjects(settings))).to.deep.equal([]);
    }));

  it('is told without a key, an address book or an RPC, of whichever market it is', () =>
    withDirectory(async (home) => {
      const path = join(home, 'catalogue');
      await createCatalogueFiles(path, testIdentity);
      const catalogue = await openCatalogueFiles(path, testIdentity);
      await catalogue.putObject(object);
      const settings = await loadSettings({ home, rpc: 'http://127.0.0.1:1' }, {});
      expect(await collect(storedObjects(settings)), 'while another has it').to.deep.equal([object]);
      await rejection(
        withCatalogue(settings, async () => undefined),
        'STORE_LOCKED',
      );
      await catalogue.close();
      expect(await collect(storedObjects(settings))).to.deep.equal([object]);
      expect(await collect(storedObjects(settings)), 'it was closed again').to.deep.equal([object]);
    }));

  it('is read as it was at one moment, whatever another writes meanwhile, and nothing stays behind', () =>
    withDirectory(async (home) => {
      const path = join(home, 'catalogue');
      await createCatalogueFiles(path, testIdentity);
      const catalogue = await openCatalogueFiles(path, testIdentity);
      const settings = await loadSettings({ home }, {});
      let stored = 0;
      let ended = false;
      // Names that fill the log of LevelDB again and again, so that tables are made and merged while they are read.
      const write = async (): Promise<void> => {
        for (; stored < 24; stored++) {
          const many = Array.from({ length: 500 }, (_, index) => ({
            ...object,
            ...{ id: `${stored.toString(16)}-${index.toString(16)}`, name: `${stored}/${String(index).padStart(200, 'x')}` },
          }));
          await catalogue.putObjects(many);
        }
        ended = true;
      };
      const read = async (): Promise<void> => {
        while (!ended) {
          const before = stored;
          const seen = new Map<string, number>();
          for await (const { id } of storedObjects(settings)) {
            const [batch = ''] = id.split('-');
            seen.set(batch, (seen.get(batch) ?? 0) + 1);
          }
          expect(
            [...seen.values()].every((count) => count === 500),
            'no batch is there in part',
          ).to.equal(true);
          expect(seen.size, 'what was stored before is there').to.be.at.least(before);
        }
      };
      const writing = write();
      await read().finally(() => writing);
      await catalogue.close();
      expect(await collect(storedObjects(settings))).to.have.length(12_000);
      expect((await readdir(home)).sort(), 'no copy stays').to.deep.equal(['catalogue']);
    }));

  it('cannot be changed by whoever reads', () =>
    withDirectory(async (home) => {
      const settings = await loadSettings({ home }, {});
      await createCatalogueFiles(join(home, 'catalogue'), testIdentity);
      const attempt = readCatalogue(settings, async (catalogue) => catalogue?.putObject(object));
      const failed = await attempt.catch((error: unknown) => error);
      expect(String(failed)).to.contain('a snapshot is not written');
      expect(await collect(storedObjects(settings))).to.deep.equal([]);
    }));
});
