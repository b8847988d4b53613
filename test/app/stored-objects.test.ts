import { expect } from 'chai';
import { join } from 'node:path';
import { loadSettings } from '../../node/app/settings/config.js';
import { storedObjects } from '../../node/app/stored-objects.js';
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
      await rejection(collect(storedObjects(settings)), 'STORE_LOCKED');
      await catalogue.close();
      expect(await collect(storedObjects(settings))).to.deep.equal([object]);
      expect(await collect(storedObjects(settings)), 'it was closed again').to.deep.equal([object]);
    }));
});
