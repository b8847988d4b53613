import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createSerial } from '../../../node/core/tasks/serial.js';
import { createLostSectors } from '../../../node/provider/keep/lost-sectors.js';
import { createMemoryJournal } from '../../../node/storage/journal.js';
import { noMetrics } from '../../../node/core/metrics/no-metrics.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { dealNamed } from '../sample-sectors.js';
import { realSectors, withStoreFolder } from '../small-sectors.js';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, alarm: () => undefined };

describe('a pack that goes away under an open store', () => {
  it('is made whole again by what is sent again', () =>
    withStoreFolder(async ({ path, open }) => {
      const store = await open();
      const journal = await createMemoryJournal(testIdentity);
      const sectors = realSectors(3);
      for (const { sector, bytes } of sectors) {
        await store.put(sector, bytes);
        await journal.recordPending({ ...sector, deal: dealNamed('Alice'), receivedAt: 0 });
      }
      const lost = createLostSectors({
        store,
        journal,
        locks: createSerial(),
        log: quiet,
        metrics: noMetrics,
        costs: async () => ({}),
      });
      await rm(join(path, 'packs', '00000000.pack'));
      for (const { sector } of sectors) expect(await lost.examine(sector.root), 'it is known to be lost').to.equal(true);
      await lost.compare();
      expect(lost.roots.size, 'still').to.equal(3);
      for (const { sector, bytes } of sectors) {
        await store.put(sector, bytes);
        expect(Buffer.from(await store.read(sector.root)).equals(bytes), 'what was sent again is there').to.equal(true);
      }
    }));

  it('keeps nobody from tending the others, before a part of it was sent again and after', () =>
    withStoreFolder(async ({ path, open }) => {
      const before = await open();
      const sectors = realSectors(4);
      for (const { sector, bytes } of sectors) await before.put(sector, bytes);
      await before.close();
      await rm(join(path, 'packs', '00000000.pack'));
      const store = await open();
      for (const { sector, bytes } of sectors.slice(1)) await store.put(sector, bytes);
      const missing: string[] = [];
      for (let done = false; !done;) {
        const part = await store.tend();
        missing.push(...part.missing);
        done = part.done;
      }
      expect(missing).to.deep.equal([sectors[0]?.sector.root]);
    }));
});
