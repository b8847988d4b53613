import { join } from 'node:path';
import { openSectorFiles } from '../../../../../node/storage/sector-files.js';
import { createMemoryJournal, openJournalFiles } from '../../../../../node/storage/journal.js';
import { checkDeals } from '../../../../../node/provider/keep/check-deals.js';
import { recoverRevision } from '../../../../../node/provider/keep/recover-revision.js';
import { createMemoryLedger } from '../../../../../test/support/memory-market/settlement.js';
import { createProviderWorld, liveTo } from '../../../../../test/support/worlds/provider-world.js';
import { TestRenter } from '../../../../../test/support/worlds/test-renter.js';
import type { Scenario, Stage } from '../scenario.js';
import {
  allNamedAreHere,
  closeProvider,
  createProviderFiles,
  inspectProvider,
  restartProvider,
  type RestartedProvider,
} from './provider-restart.js';
import { identity, letter, photo, requireThat } from './provider-stage.js';

const { signal } = new AbortController();

/** The journal on disk knows nothing of a deal that chain and sectors have: a check puts it back. */
const run = async (stage: Stage): Promise<void> => {
  const ledger = createMemoryLedger();
  const store = await openSectorFiles({ path: join(stage.folder, 'sectors'), identity });
  const before = await createMemoryJournal(identity);
  const world = await createProviderWorld({ ledger, store, journal: before });
  const alice = await TestRenter.open({ ledger, provider: world.address });
  await alice.put(world.provider.service, [letter, photo]);
  await liveTo(ledger, world.provider, 2, 10);

  const journal = await openJournalFiles(join(stage.folder, 'journal'), identity);
  const sources = { provider: world.address, settlement: world.ownerChain.agreed, journal: stage.port('journal', journal), store };
  await stage.during('repair', async () => {
    const report = await checkDeals(sources, signal);
    const [finding] = report.deals;
    requireThat(finding?.problems.includes('revision-lost') === true, 'nothing is lost');
    if (finding !== undefined) await recoverRevision(sources, finding, report);
    stage.promise('recovered', async ({ journal: kept, numbers }: RestartedProvider) => {
      if ((await kept.deal(alice.deal))?.revisions.length !== 1) return 'the revision is lost again';
      return numbers.get(alice.deal) === 1n ? undefined : 'the second record does not know it';
    });
    stage.promise('what is named is here', allNamedAreHere());
  });
  await journal.close();
  await store.close();
};

/** A revision that was lost, found again by its sectors. */
export const recovery: Scenario<RestartedProvider> = {
  name: 'a lost revision',
  breaks: 'sectors',
  prepare: (folder) => createProviderFiles(folder, identity),
  run,
  restart: (folder) => restartProvider(folder, identity),
  inspect: inspectProvider,
  close: closeProvider,
};
