import { expect } from 'chai';
import { join } from 'node:path';
import { recoveryCheck, recoveryVerdict } from '../../node/app/doctor/recovery-check.js';
import { createFacts } from '../../node/app/doctor/facts.js';
import { loadSettings } from '../../node/app/settings/config.js';
import type { StoredObject } from '../../node/ports/catalogue.js';
import { createCatalogueFiles, openCatalogueFiles } from '../../node/storage/catalogue.js';
import { sectorNamed } from '../storage/sample-sectors.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { withDirectory } from '../support/temporary-directory.js';

const letters: StoredObject = {
  ...{ id: 'aa'.repeat(16), name: 'letters', bytes: 100, sha256: sectorNamed('letters').root, storedAt: 1_700_000_000_000 },
  ...{ k: 1, n: 2, state: 'stored', slabs: 0 },
};

describe('whether the wallet alone brings back what is stored', () => {
  it('is a problem where the deals tell nothing of it, and is told where they do', () => {
    const told = { stores: true, untold: false, pages: 2, spare: 3, chance: 0.9995 };
    expect(recoveryVerdict({ ...told, stores: false, pages: 0 }).status).to.equal('ok');
    expect(recoveryVerdict({ ...told, spare: -1, chance: 0 }), 'its deals are gone').to.have.property('status', 'problem');
    expect(recoveryVerdict({ ...told, pages: 0, spare: 0 }))
      .to.have.property('remedy')
      .that.includes('holdfast renter run --once');
    expect(recoveryVerdict({ ...told, untold: true }).says).to.include('but for its last changes');
    expect(recoveryVerdict(told).says).to.include('any 3 of').and.to.include('99.95 %').and.not.to.include('changes');
  });

  it('is looked up in the catalogue of the home, also while another program has it', () =>
    withDirectory(async (home) => {
      await using facts = createFacts(() => loadSettings({ home }, {}), new AbortController().signal);
      expect((await recoveryCheck.look(facts)).says).to.equal('nothing is stored yet');
      const path = join(home, 'catalogue');
      await createCatalogueFiles(path, testIdentity);
      const catalogue = await openCatalogueFiles(path, testIdentity);
      await catalogue.putObject(letters);
      expect((await recoveryCheck.look(facts)).status).to.equal('problem');
      await catalogue.close();
      expect((await recoveryCheck.look(facts)).status).to.equal('problem');
    }));
});
