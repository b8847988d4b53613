import { expect } from 'chai';
import { join } from 'node:path';
import { address, wei } from '../../../node/core/units.js';
import { createCatalogueFiles, openCatalogueFiles } from '../../../node/storage/catalogue.js';
import { rejection } from '../../support/coded-rejection.js';
import { collect } from '../../support/collect.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { withDirectory } from '../../support/temporary-directory.js';
import { openLevelRows } from '../../../node/storage/rows/level-rows.js';
import { dealNamed } from '../sample-sectors.js';

describe('A catalogue remembers over a restart', () => {
  it('what failed, what is doubted, what was spent and what was announced, each row until it is dropped', () =>
    withDirectory(async (folder) => {
      const path = join(folder, 'catalogue');
      await createCatalogueFiles(path, testIdentity);
      const provider = address(`0x${'b0'.repeat(20)}`);
      const failed = { provider, check: 'PEER_SILENT', times: 1, since: 1_800_000_000_000, last: 1_800_000_000_001 };
      const doubt = { deal: dealNamed('Bob'), check: 'SECTOR_MISSING', times: 2, last: 1_800_000_000_000 };
      const spending = { id: 'bond of a deal, in period 7', amount: wei(2n ** 100n), at: 1_800_000_000_000 };
      const announced = { id: 'bound/of a deal', times: 3, at: 1_800_000_000_000 };

      const before = await openCatalogueFiles(path, testIdentity);
      await before.failedChecks.put({ ...failed, times: 9 });
      await before.failedChecks.put(failed);
      await before.failedChecks.put({ ...failed, check: 'PEER_UNREACHABLE' });
      await before.doubts.put(doubt);
      await before.spendings.put(spending);
      await before.announced.put(announced);
      await before.close();

      const after = await openCatalogueFiles(path, testIdentity);
      expect(await collect(after.failedChecks.all())).to.have.deep.members([failed, { ...failed, check: 'PEER_UNREACHABLE' }]);
      expect(await after.failedChecks.at(failed)).to.deep.equal(failed);
      expect(await after.doubts.at(doubt)).to.deep.equal(doubt);
      expect(await collect(after.spendings.all())).to.deep.equal([spending]);
      expect(await after.announced.at(announced)).to.deep.equal(announced);
      await after.failedChecks.drop(failed);
      expect(await collect(after.failedChecks.all())).to.deep.equal([{ ...failed, check: 'PEER_UNREACHABLE' }]);
      await after.doubts.drop(doubt);
      await after.spendings.drop(spending);
      await after.announced.drop(announced);
      expect(await collect(after.doubts.all())).to.deep.equal([]);
      expect(await collect(after.spendings.all())).to.deep.equal([]);
      expect(await collect(after.announced.all())).to.deep.equal([]);
      await after.close();
    }));

  it('and refuses a row that is not of its format, by name', () =>
    withDirectory(async (folder) => {
      const path = join(folder, 'catalogue');
      await createCatalogueFiles(path, testIdentity);
      const rows = await openLevelRows(path, 'catalogue', testIdentity);
      const deal = dealNamed('Bob');
      await rows.write([{ key: `doubt/${deal}`, value: Uint8Array.of(1, 2, 3) }]);
      await rows.close();
      const catalogue = await openCatalogueFiles(path, testIdentity);
      await rejection(catalogue.doubts.at({ deal }), 'STORE_CORRUPT');
      await catalogue.close();
    }));
});
