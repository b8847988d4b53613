import type { Wei } from '../../node/core/units.js';
import type { ProviderJournal } from '../../node/ports/journal.js';
import { openJournalFiles } from '../../node/storage/journal.js';
import { createMemoryLedger } from '../support/memory-market/settlement.js';
import { createProviderWorld, liveTo } from '../support/worlds/provider-world.js';
import { TestRenter } from '../support/worlds/test-renter.js';
import { precious } from './precious.js';

// A provider with its journal on disk that serves paid reads and kills itself at the named step: `crashing-till.ts DIRECTORY STEP`.

const [directory = '', fatal = ''] = process.argv.slice(2);
const reach = (step: string): void => {
  process.stdout.write(`${step}\n`);
  if (step === fatal) process.kill(process.pid, 'SIGKILL');
};

const ledger = createMemoryLedger();
const journal: ProviderJournal = await openJournalFiles(`${directory}/journal`, ledger.identity);
const recordEgress: ProviderJournal['recordEgress'] = async (row) => {
  reach('voucher taken');
  await journal.recordEgress(row);
  reach('voucher recorded');
};
const world = await createProviderWorld({
  ledger,
  journal: { ...journal, recordEgress },
  ask: { egressPrice: (2n ** 30n) as Wei },
  policy: { egressCredit: 0 },
});
const alice = await TestRenter.open({ ledger, provider: world.address });
const { service } = world.provider;
await alice.put(service, [precious]);
await liveTo(ledger, world.provider, 1, 8);
await alice.read(service, precious.sector, 2, await alice.voucher(64n));
reach('bytes served');
