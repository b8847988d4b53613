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
    expect(recoveryVerdict({ stores: false, begun: false, untold: true }).status).to.equal('ok');
    expect(recoveryVerdict({ stores: true, begun: false, untold: true }))
      .to.have.property('remedy')
      .that.includes('holdfast renter run --once');
    expect(recoveryVerdict({ stores: true, begun: true, untold: true }).says).to.include('its last changes go there');
    expect(recoveryVerdict({ stores: true, begun: true, untold: false }).says).not.to.include('changes');
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
