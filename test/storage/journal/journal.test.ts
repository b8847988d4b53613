import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'cborg';
import { expect } from 'chai';
import { Level } from 'level';
import type { ProviderJournal } from '../../../node/ports/journal.js';
import { createJournalFiles, createMemoryJournal, journalOn, openJournalFiles } from '../../../node/storage/journal.js';
import { openReserve } from '../../../node/disk/reserve.js';
import { databaseAt, openLevelRows } from '../../../node/storage/rows/level-rows.js';
import { createMemoryRows } from '../../../node/storage/rows/memory-rows.js';
import { rejection } from '../../support/coded-rejection.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { withDirectory } from '../../support/temporary-directory.js';
import { journalCompliance } from './journal-compliance.js';
import { dealNamed, sectorNamed, signedRevision } from '../sample-sectors.js';

describe('provider journal in memory', () => {
  journalCompliance(async (story) => {
    const rows = createMemoryRows();
    await story(await journalOn(rows, testIdentity), () => journalOn(rows, testIdentity));
  });

  it('starts empty each time', async () => {
    expect(await (await createMemoryJournal(testIdentity)).leavesHeld()).to.equal(0);
  });
});

const withJournal = (story: (path: string) => Promise<void>): Promise<void> =>
  withDirectory(async (directory) => {
    const path = join(directory, 'journal');
    await createJournalFiles(path, testIdentity);
    await story(path);
  });

describe('provider journal on files', () => {
  journalCompliance((story) =>
    withJournal(async (path) => {
      let journal: ProviderJournal = await openJournalFiles(path, testIdentity);
      await story(journal, async () => {
        await journal.close();
        journal = await openJournalFiles(path, testIdentity);
        return journal;
      });
      await journal.close();
    }),
  );

  it('calls a missing directory missing, and a catalogue foreign', () =>
    withJournal(async (path) => {
      await rejection(openJournalFiles(join(path, 'nowhere'), testIdentity), 'STORE_MISSING');
      const { data } = await rejection(openLevelRows(path, 'catalogue', testIdentity), 'STORE_FOREIGN');
      expect(data).to.include({ field: 'kind', expected: 'catalogue', found: 'journal' });
    }));

  it('has one owner', () =>
    withJournal(async (path) => {
      const journal = await openJournalFiles(path, testIdentity);
      expect((await rejection(openJournalFiles(path, testIdentity), 'STORE_LOCKED')).data).to.have.property('pid', process.pid);
      await journal.close();
    }));

  it("maps the index's own lock too", () =>
    withJournal(async (path) => {
      const intruder = new Level(join(path, 'index'));
      await intruder.open();
      await rejection(openJournalFiles(path, testIdentity), 'STORE_LOCKED');
      await intruder.close();
      await (await openJournalFiles(path, testIdentity)).close();
    }));

  it('refuses an index that is gone or damaged, and never starts afresh', () =>
    withJournal(async (path) => {
      const journal = await openJournalFiles(path, testIdentity);
      await journal.recordSigned(signedRevision(dealNamed('Alice'), 1n, [sectorNamed('a')]));
      await journal.close();
      const manifest = (await readdir(join(path, 'index'))).find((name) => name.startsWith('MANIFEST')) ?? '';
      const whole = await readFile(join(path, 'index', manifest));
      await writeFile(join(path, 'index', manifest), whole.subarray(0, 10));
      await rejection(openJournalFiles(path, testIdentity), 'STORE_CORRUPT');
      await rm(join(path, 'index'), { recursive: true });
      await rejection(openJournalFiles(path, testIdentity), 'STORE_CORRUPT');
      expect((await readdir(path)).filter((name) => name.startsWith('owner'))).to.deep.equal([]);
    }));

  it('tells a row of another format and a total that does not fit the rows, and counts on from the rows', () =>
    withJournal(async (path) => {
      const write = async (key: string, value: Uint8Array): Promise<void> => {
        const rows = await openLevelRows(path, 'journal', testIdentity);
        await rows.write([{ key, value }]);
        await rows.close();
      };
      const look = async (): Promise<ProviderJournal['faults']> => {
        const journal = await openJournalFiles(path, testIdentity);
        expect(await journal.leavesHeld()).to.equal(0);
        await journal.close();
        return journal.faults;
      };
      await write('held', encode([1, 3]));
      expect(await look()).to.deep.equal([{ kind: 'total-differs', counted: 0, recorded: 3 }]);
      await write('held', encode([1, 'three']));
      const [row, ...others] = await look();
      expect(row).to.deep.include({ kind: 'row-unreadable', key: 'held', deal: undefined });
      expect((row as { error: Error }).error).to.have.property('code', 'STORE_CORRUPT');
      expect((row as { error: Error }).error.message).to.contain('row held');
      expect(others).to.deep.equal([]);
    }));

  it('takes up its work where a write failed: nothing is written behind a record that was cut short', () =>
    withJournal(async (path) => {
      let failures = 0;
      let databases = 0;
      const rows = await openLevelRows(path, 'journal', testIdentity, (at, create) => {
        databases += 1;
        const database = databaseAt(at, create);
        const batch = database.batch.bind(database) as (...given: unknown[]) => Promise<void>;
        return Object.assign(database, {
          batch: async (...given: unknown[]) => {
            await batch(...given);
            if (failures-- > 0) throw Object.assign(new Error('IO error: 000005.log: No space left on device'), { code: 'LEVEL_IO_ERROR' });
          },
        });
      });
      const journal = await journalOn(rows, testIdentity);
      await journal.recordSigned(signedRevision(dealNamed('Alice'), 1n, [sectorNamed('a')]));
      failures = 1;
      await rejection(journal.recordSigned(signedRevision(dealNamed('Alice'), 2n, [sectorNamed('b')])), 'DISK_FULL');
      expect(databases).to.equal(1);
      await journal.recordSigned(signedRevision(dealNamed('Alice'), 2n, [sectorNamed('b')]));
      expect(databases).to.equal(2);
      const reserve = await openReserve({ path: join(path, 'reserve'), bytes: 10, floor: 0 });
      failures = 1;
      await journal.recordSigned(signedRevision(dealNamed('Alice'), 3n, [sectorNamed('c')]));
      expect([reserve.whole, databases]).to.deep.equal([false, 3]);
      reserve.close();
      await journal.close();
      await rejection(journal.recordSigned(signedRevision(dealNamed('Alice'), 4n, [])), 'STORE_CLOSED');
      const again = await openJournalFiles(path, testIdentity);
      expect((await again.deal(dealNamed('Alice')))?.revisions.map(({ revision }) => revision.number)).to.deep.equal([1n, 2n, 3n]);
      await again.close();
    }));

  it('refuses changes after it was closed', () =>
    withJournal(async (path) => {
      const journal = await openJournalFiles(path, testIdentity);
      await journal.close();
      await rejection(journal.recordSigned(signedRevision(dealNamed('Alice'), 1n, [])), 'STORE_CLOSED');
    }));
});
