import { expect } from 'chai';
import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openTransactionJournal } from '../../node/chain/transactions/journal.js';
import { sectorRoot } from '../../node/core/data/merkle.js';
import { openJournalFiles } from '../../node/storage/journal.js';
import { openSectorFiles } from '../../node/storage/sector-files.js';
import { collect } from '../support/collect.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { withDirectory } from '../support/temporary-directory.js';
import { wholeDeal } from '../support/whole-lists.js';
import { placesIn, storedFolder } from './provider-folder.js';

const FIXTURE = new URL('../fixtures/provider-folder/', import.meta.url).pathname;

/** What is gone of what the folder held when it was written. */
const missingIn = async (folder: string): Promise<string[]> => {
  const { sectors: path, journal: rows, transactions } = placesIn(folder);
  const { deal, contents, waiting, revisions, pending, egress, transaction } = storedFolder;
  const gone: string[] = [];
  const insist = (what: string, holds: boolean): void => void (holds || gone.push(what));
  const store = await openSectorFiles({ path, identity: testIdentity });
  try {
    const listed = (await collect(store.list())).map(({ root }) => root);
    for (const { sector } of [...contents, waiting]) {
      insist(`sector ${sector.leaves} in the list`, listed.includes(sector.root));
      const bytes = await store.read(sector.root).catch(() => undefined);
      insist(`bytes of sector ${sector.leaves}`, bytes !== undefined && sectorRoot(bytes) === sector.root);
    }
    insist('room that the sectors take', store.bytesUsed >= contents.reduce((sum, { bytes }) => sum + bytes.length, 0));
  } finally {
    await store.close();
  }
  const journal = await openJournalFiles(rows, testIdentity);
  try {
    expect(journal.faults).to.deep.equal([]);
    expect(journal.doubts()).to.deep.equal([]);
    expect((await wholeDeal(journal, deal))?.revisions).to.deep.equal(revisions);
    expect(await collect(journal.pending())).to.deep.equal([pending]);
    expect(await collect(journal.egresses())).to.deep.equal([egress]);
    expect(await journal.leavesHeld()).to.equal([...contents, waiting].reduce((sum, { sector }) => sum + sector.leaves, 0));
  } finally {
    await journal.close();
  }
  const queue = await openTransactionJournal(transactions);
  expect(queue.left).to.deep.equal([transaction]);
  await queue.close();
  return gone;
};

describe('a new version on the folder of version 0.1', () => {
  const copied = async (task: (folder: string) => Promise<void>): Promise<void> =>
    withDirectory(async (folder) => {
      await cp(FIXTURE, folder, { recursive: true });
      await task(folder);
    });

  it('loses nothing that was signed, received, paid or sent, opened once and opened again', async () => {
    await copied(async (folder) => {
      expect(await missingIn(folder)).to.deep.equal([]);
      expect(await missingIn(folder)).to.deep.equal([]);
    });
  });

  it('would say so if a sector were gone', async () => {
    await copied(async (folder) => {
      const root = join(placesIn(folder).sectors, 'sectors');
      const file = (await readdir(root, { recursive: true })).find((name) => name.endsWith('-129'));
      await rm(join(root, String(file)));
      expect(await missingIn(folder)).to.deep.equal(['sector 129 in the list', 'bytes of sector 129', 'room that the sectors take']);
    });
  });
});
