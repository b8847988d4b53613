import type { ProviderJournal } from '../../../node/ports/journal.js';
import { journalOn } from '../../../node/storage/journal.js';
import { openLevelRows } from '../../../node/storage/rows/level-rows.js';
import { openSectorFiles } from '../../../node/storage/sector-files.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { contentOf, dealNamed, sectorNamed, signedRevision } from '../sample-sectors.js';

// A process that stores and signs, and kills itself at the named step: `crashing-process.ts DIRECTORY STEP LEAVES`.

const [directory = '', fatal = '', leaves = ''] = process.argv.slice(2);
const reach = (step: string): void => {
  process.stdout.write(`${step}\n`);
  if (step === fatal) process.kill(process.pid, 'SIGKILL');
};

const openJournal = async (): Promise<ProviderJournal> => {
  const rows = await openLevelRows(`${directory}/journal`, 'journal', testIdentity);
  /** Those of opening do not count. */
  let writes = -Infinity;
  const write: typeof rows.write = async (changes) => {
    writes += 1;
    if (writes > 0) reach(`before journal write ${writes}`);
    await rows.write(changes);
    if (writes > 0) reach(`after journal write ${writes}`);
  };
  const journal = await journalOn({ ...rows, write }, testIdentity);
  writes = 0;
  return journal;
};

const sectors = await openSectorFiles({ path: `${directory}/sectors`, identity: testIdentity, onStep: (step) => reach(`sector ${step}`) });
const journal = await openJournal();
const [deal, sector] = [dealNamed('Alice'), sectorNamed('precious', Number(leaves))];
await sectors.put(sector, contentOf(sector));
await journal.recordPending({ ...sector, deal, receivedAt: 1 });
await journal.recordSigned(signedRevision(deal, 1n, [sector]));
