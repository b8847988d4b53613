import type { Wei } from '../../node/core/units.js';
import { openCatalogueFiles } from '../../node/storage/catalogue.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createRecordedSink, createRenterWorld, sourceOf } from '../support/worlds/renter-world.js';

// A renter with its catalogue on disk that pays for reads and kills itself when a voucher is on its way: `crashing-reader.ts DIRECTORY`.
// Prints deal and amount of the voucher.

const [directory = ''] = process.argv.slice(2);
const names = ['bob', 'carol'];
const world = await createRenterWorld({
  names,
  provider: () => ({ ask: { egressPrice: (2n ** 30n) as Wei }, policy: { egressCredit: 0 } }),
});
const catalogue = await openCatalogueFiles(`${directory}/catalogue`, world.ledger.identity);
const renter = world.another({ catalogue });
await world.during(renter.put({ name: 'letters', source: sourceOf(bytesOf('letters', 5_000)), k: 1, n: 2, periods: 20 }));
for (const name of names)
  world.bend(name, () => ({
    readLeaves: async (_peer, { deal }, { voucher }) => {
      process.stdout.write(`${deal} ${voucher?.amount ?? 0n}\n`);
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => undefined);
    },
  }));
await world.during(renter.get({ object: 'letters', sink: createRecordedSink() }));
