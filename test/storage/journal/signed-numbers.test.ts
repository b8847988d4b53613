import { expect } from 'chai';
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'cborg';
import { revisionDigest } from '../../../node/core/market/revision.js';
import { period, type DealId } from '../../../node/core/units.js';
import type { ProviderJournal } from '../../../node/ports/journal.js';
import { createJournalFiles, openJournalFiles, repairJournalFiles } from '../../../node/storage/journal.js';
import { openLevelRows } from '../../../node/storage/rows/level-rows.js';
import { LINE_BYTES } from '../../../node/storage/journal/number-format.js';
import { createMemoryNumbers, createNumberFile, openNumberFile, type NumberRecord } from '../../../node/storage/journal/number-file.js';
import { openSignedNumbers } from '../../../node/storage/journal/signed-numbers.js';
import { rejection } from '../../support/coded-rejection.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { withDirectory } from '../../support/temporary-directory.js';
import { dealNamed, sectorNamed, signedRevision } from '../sample-sectors.js';

const [alice, carol] = [dealNamed('Alice'), dealNamed('Carol')];
const revision = (deal: DealId, number: bigint, name = `${number}`) => signedRevision(deal, number, [sectorNamed(`${deal} ${name}`)]);
const numbersOf = async (journal: ProviderJournal, deal = alice): Promise<bigint[]> =>
  ((await journal.deal(deal))?.revisions ?? []).map(({ revision: { number } }) => number);
const flip = async (path: string, at: number): Promise<void> => {
  const bytes = await readFile(path);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] ?? 0) ^ 0x40;
  await writeFile(path, bytes);
};

/** A journal in which Alice's deal has revisions 1 to 3 and Carol's 1, in files as kill -9 leaves them. */
const withSigned = (story: (path: string, open: () => Promise<ProviderJournal>, levelLog: string) => Promise<void>): Promise<void> =>
  withDirectory(async (directory) => {
    const path = join(directory, 'journal');
    await createJournalFiles(path, testIdentity);
    const first = await openJournalFiles(path, testIdentity);
    await first.recordSigned(revision(carol, 1n));
    for (const number of [1n, 2n, 3n]) await first.recordSigned(revision(alice, number));
    const name = (await readdir(join(path, 'index'))).find((file) => file.endsWith('.log')) ?? '';
    const levelLog = join(path, 'index', name);
    const left = await readFile(levelLog);
    await first.close();
    await writeFile(levelLog, left);
    const opened: ProviderJournal[] = [];
    try {
      await story(
        path,
        async () => {
          const journal = await openJournalFiles(path, testIdentity);
          opened.push(journal);
          return journal;
        },
        levelLog,
      );
    } finally {
      for (const journal of opened) await journal.close();
    }
  });

describe('numbers signed are recorded twice', () => {
  it('so a flipped byte in the index is noticed, no number is signed twice, and the lost revision alone is taken again', () =>
    withSigned(async (_path, open, levelLog) => {
      await flip(levelLog, -40);
      const journal = await open();
      expect(await numbersOf(journal)).to.deep.equal([1n, 2n]);
      expect(journal.doubts()).to.deep.equal([{ deal: alice, number: 3n, newest: 2n, validUntil: 3 }]);
      expect((await rejection(journal.recordSigned(revision(alice, 3n, 'other')), 'JOURNAL_BEHIND')).data).to.deep.equal({
        deal: alice,
        number: 3n,
        newest: 2n,
      });
      await rejection(journal.recordSigned(revision(alice, 4n)), 'JOURNAL_BEHIND');
      await journal.recordSigned(revision(carol, 2n));
      await journal.recordSigned(revision(alice, 3n));
      expect(journal.doubts()).to.deep.equal([]);
      await journal.recordSigned(revision(alice, 4n));
    }));

  it('so an index that begins anew is noticed for every deal', () =>
    withSigned(async (_path, open, levelLog) => {
      await rm(levelLog);
      const journal = await open();
      expect(journal.doubts()).to.have.deep.members([
        { deal: alice, number: 3n, newest: 0n, validUntil: 3 },
        { deal: carol, number: 1n, newest: 0n, validUntil: 3 },
      ]);
      await rejection(journal.recordSigned(revision(carol, 1n, 'other')), 'JOURNAL_BEHIND');
    }));

  it('and a revision that was lost is restored, below what was signed since too', () =>
    withSigned(async (_path, open, levelLog) => {
      await rm(levelLog);
      const journal = await open();
      await journal.restore(revision(alice, 2n));
      expect(journal.doubt(alice)).to.deep.equal({ deal: alice, number: 3n, newest: 2n, validUntil: 3 });
      await journal.restore(revision(alice, 3n));
      await journal.restore(revision(alice, 1n));
      expect(journal.doubt(alice)).to.equal(undefined);
      expect(await numbersOf(journal)).to.deep.equal([1n, 2n, 3n]);
      expect(await journal.leavesHeld()).to.equal(2);
      await journal.close();
      const again = await open();
      expect(await numbersOf(again)).to.deep.equal([1n, 2n, 3n]);
      expect(again.faults).to.deep.equal([]);
    }));

  it('and one that nobody can post any more is no doubt', () =>
    withSigned(async (_path, open, levelLog) => {
      await flip(levelLog, -40);
      const journal = await open();
      await journal.dropRevisions(alice, [3n]);
      expect(journal.doubts()).to.deep.equal([]);
      await journal.close();
      const again = await open();
      expect([again.doubts(), await numbersOf(again)]).to.deep.equal([[], [1n, 2n]]);
      await again.recordSigned(revision(alice, 3n, 'other'));
    }));

  it('and a deal that is over is in doubt no more', () =>
    withSigned(async (_path, open, levelLog) => {
      await rm(levelLog);
      const journal = await open();
      for (const deal of [alice, carol]) await journal.forgetDeal(deal);
      expect(journal.doubts()).to.deep.equal([]);
      await journal.close();
      expect((await open()).doubts()).to.deep.equal([]);
    }));

  it('and a number that nobody can post any more may be used again, without a doubt', () =>
    withSigned(async (path, open) => {
      const journal = await open();
      await journal.dropRevisions(alice, [2n, 3n]);
      expect(journal.doubts()).to.deep.equal([]);
      await journal.close();
      expect((await openNumberFile(join(path, 'signed-numbers'))).found?.newest.get(alice)?.number).to.equal(1n);
      const again = await open();
      expect([again.doubts(), again.faults]).to.deep.equal([[], []]);
      await again.recordSigned(revision(alice, 2n, 'other'));
      await again.dropRevisions(alice, [1n, 2n]);
      await again.recordSigned(revision(alice, 1n, 'third'));
    }));

  it('and a row that cannot be read sets its deal aside, the others going on', () =>
    withSigned(async (path, open) => {
      const rows = await openLevelRows(path, 'journal', testIdentity);
      await rows.write([{ key: `revision/${alice}/0000000000000003`, value: encode([1, 'nonsense']) }]);
      await rows.close();
      const journal = await open();
      expect(journal.faults.map(({ kind }) => kind)).to.deep.equal(['row-unreadable']);
      expect(journal.faults[0]).to.include({ deal: alice });
      expect(journal.doubts()).to.deep.equal([{ deal: alice, number: 3n, newest: 2n, validUntil: 3 }]);
      await journal.recordSigned(revision(carol, 2n));
      await journal.restore(revision(alice, 3n));
      expect(journal.doubts()).to.deep.equal([]);
      await journal.close();
      expect((await open()).faults).to.deep.equal([]);
    }));

  it('and one below the newest too, until it is history', () =>
    withSigned(async (path, open) => {
      const rows = await openLevelRows(path, 'journal', testIdentity);
      await rows.write([{ key: `revision/${alice}/0000000000000001`, value: encode([1, 'nonsense']) }]);
      await rows.close();
      const journal = await open();
      expect(journal.doubts()).to.deep.equal([{ deal: alice, number: 3n, newest: 3n, validUntil: 3 }]);
      await journal.prune(alice, 2n);
      expect(journal.doubts()).to.deep.equal([]);
      await journal.close();
      expect((await open()).faults).to.deep.equal([]);
    }));

  it('takes a number that only the row knows: its writer ended between the two', () =>
    withSigned(async (path, open) => {
      const file = join(path, 'signed-numbers');
      await truncate(file, (await stat(file)).size - LINE_BYTES);
      const journal = await open();
      expect([journal.faults, journal.doubts()]).to.deep.equal([[], []]);
      await journal.close();
      expect((await openNumberFile(file)).found?.newest.get(alice)?.number).to.equal(3n);
    }));

  it('so an index that does not open any more can be repaired: what is lost with it is known', () =>
    withSigned(async (path, open) => {
      await (await open()).close();
      const manifest = (await readdir(join(path, 'index'))).find((name) => name.startsWith('MANIFEST')) ?? '';
      await rm(join(path, 'index', manifest));
      await rejection(open(), 'STORE_CORRUPT');
      const table = (await readdir(join(path, 'index'))).find((name) => name.endsWith('.ldb')) ?? '';
      await rm(join(path, 'index', table));
      await repairJournalFiles(path, testIdentity);
      const journal = await open();
      expect(journal.doubts().map(({ deal }) => deal)).to.have.members([alice, carol]);
      await rejection(repairJournalFiles(path, testIdentity), 'STORE_LOCKED');
    }));

  describe('of which the second', () => {
    const record = (path: string): string => join(path, 'signed-numbers');

    it('is made for a journal of an earlier version, which is said', () =>
      withSigned(async (path, open) => {
        const rows = await openLevelRows(path, 'journal', testIdentity);
        await rows.write([{ key: 'numbers' }]);
        await rows.close();
        await rm(record(path));
        const journal = await open();
        expect(journal.faults).to.deep.equal([{ kind: 'numbers-made', deals: 2 }]);
        await journal.close();
        expect((await open()).faults).to.deep.equal([]);
        expect((await openNumberFile(record(path))).found?.newest.size).to.equal(2);
      }));

    it('is missed when it is gone', () =>
      withSigned(async (path, open) => {
        await (await open()).close();
        await rm(record(path));
        expect((await open()).faults).to.deep.equal([{ kind: 'numbers-missing', deals: 2 }]);
      }));

    for (const [what, at, lines] of [
      ['a line', 2 * LINE_BYTES + 33, 1],
      ['the first line', 20, 5],
    ] as const)
      it(`is made whole again from the rows where ${what} is damaged`, () =>
        withSigned(async (path, open) => {
          await flip(record(path), at);
          const journal = await open();
          expect(journal.faults).to.deep.equal([{ kind: 'numbers-damaged', lines }]);
          expect(journal.doubts()).to.deep.equal([]);
          await journal.close();
          expect((await open()).faults).to.deep.equal([]);
        }));

    for (const cut of [1, 40, LINE_BYTES - 1])
      it(`goes on after a line of which ${cut} bytes were written`, () =>
        withSigned(async (path, open) => {
          const file = record(path);
          const lines = await readFile(file);
          await writeFile(file, Buffer.concat([lines, Buffer.alloc(cut, 7)]));
          const journal = await open();
          expect(journal.faults).to.deep.equal([]);
          await journal.recordSigned(revision(alice, 4n));
          await journal.close();
          const { found } = await openNumberFile(file);
          expect([found?.damaged, found?.newest.get(alice)?.number]).to.deep.equal([0, 4n]);
        }));

    it('says no line of another file, though it lies there', () =>
      withDirectory(async (directory) => {
        const [one, other] = [join(directory, 'one'), join(directory, 'other')];
        for (const path of [one, other]) {
          await createNumberFile(path);
          const file = await openNumberFile(path);
          await file.append({ deal: alice, signed: { number: 5n, digest: sectorNamed('x').root, validUntil: period(3) } });
          await file.close();
        }
        const [first, second] = [await readFile(one), await readFile(other)];
        await writeFile(one, Buffer.concat([first, second.subarray(LINE_BYTES), first.subarray(LINE_BYTES)]));
        expect((await openNumberFile(one)).found).to.deep.include({ lines: 3, damaged: 1 });
      }));
  });

  it('at the cost of one line a signature, whatever the number of deals, and of a file that stays small', async () => {
    const told = { lines: 0, rewritten: 0, most: 0, now: 0 };
    const deals = Array.from({ length: 500 }, (_, index) => dealNamed(`deal ${index}`));
    const counted: NumberRecord = {
      ...createMemoryNumbers(),
      append: async () => {
        told.lines += 1;
        told.most = Math.max(told.most, (told.now += 1));
      },
      rewrite: async (newest) => {
        told.rewritten += newest.size;
        told.now = newest.size;
      },
    };
    const numbers = await openSignedNumbers({
      identity: testIdentity,
      record: counted,
      revisions: new Map(deals.map((deal) => [deal, [signedRevision(deal, 1n, [])]])),
      unreadable: new Map(),
    });
    expect(told).to.include({ lines: 0, rewritten: 500 });
    told.rewritten = 0;
    for (let number = 2n; number < 102n; number++)
      for (const deal of deals.slice(0, 50)) await numbers.add(signedRevision(deal, number, []).revision);
    expect(told.lines).to.equal(5_000);
    expect(told.rewritten).to.be.below(5_000);
    expect(told.most).to.be.at.most(2 * 500 + 1_024);
  });

  it('names a revision by the digest that is signed', async () => {
    const appended: unknown[] = [];
    const record = { ...createMemoryNumbers(), append: async (entry: unknown) => void appended.push(entry) };
    const numbers = await openSignedNumbers({ identity: testIdentity, record, revisions: new Map(), unreadable: new Map() });
    const signed = revision(alice, 7n).revision;
    await numbers.add(signed);
    expect(appended).to.deep.equal([{ deal: alice, signed: { number: 7n, digest: revisionDigest(testIdentity, signed), validUntil: 3 } }]);
  });
});
