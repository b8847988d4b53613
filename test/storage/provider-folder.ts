import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openTransactionJournal, type TransactionRecord } from '../../node/chain/transactions/journal.js';
import { dataSetOf, type SectorRef } from '../../node/core/data/data-set.js';
import { sectorRoot } from '../../node/core/data/merkle.js';
import { address, leavesOf, signature, wei } from '../../node/core/units.js';
import { createJournalFiles, openJournalFiles } from '../../node/storage/journal.js';
import { createSectorFiles, openSectorFiles } from '../../node/storage/sector-files.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { dealNamed, signedRevision } from './sample-sectors.js';

/*
 * What lies in `test/fixtures/provider-folder`: sectors, journal and transactions of a provider, written by the code of version 0.1 before
 * small sectors were packed. Whatever comes later must open it and lose nothing.
 */

/** Bytes that a name and a length decide. */
const bytesNamed = (name: string, length: number): Uint8Array => {
  const parts = Array.from({ length: Math.ceil(length / 32) }, (_, index) => createHash('sha256').update(`${name} ${index}`).digest());
  return new Uint8Array(Buffer.concat(parts));
};

interface Content {
  readonly sector: SectorRef;
  readonly bytes: Uint8Array;
}

const contentNamed = (name: string, length: number): Content => {
  const bytes = bytesNamed(name, length);
  return { bytes, sector: { root: sectorRoot(bytes), leaves: leavesOf(bytes.length) } };
};

const contents = [
  contentNamed('one leaf', 32),
  contentNamed('some', 320),
  contentNamed('over a block', 4_128),
  contentNamed('large', 70_400),
];
const waiting = contentNamed('waits for a revision', 64);
const deal = dealNamed('an old deal');
const sectors = contents.map(({ sector }) => sector);

/** The newest revision as it would be: of the root that its sectors have. */
const revisionOver = (number: bigint, over: readonly SectorRef[]) => signedRevision(deal, number, over, { root: dataSetOf(over).root });

export const storedFolder = {
  deal,
  contents,
  waiting,
  revisions: [revisionOver(1n, sectors.slice(0, 2)), revisionOver(2n, sectors)],
  pending: { ...waiting.sector, deal, receivedAt: 1_760_000_000_000 },
  egress: {
    deal,
    served: 96,
    voucher: { amount: wei(10n ** 18n), signature: signature(`0x${'05'.repeat(65)}`), signer: address(`0x${'ab'.repeat(20)}`) },
  },
  transaction: {
    version: 2,
    id: '0000000000000007',
    action: 'batch of commit',
    priority: 'normal',
    deadline: null,
    attempts: [{ raw: '0x02f86b', cancels: false }],
    since: 1_234,
    intention: null,
    repeatable: true,
    minedIn: null,
  } satisfies TransactionRecord,
} as const;

export const placesIn = (folder: string) => ({
  sectors: join(folder, 'sectors'),
  journal: join(folder, 'journal'),
  transactions: join(folder, 'transactions'),
});

/** Fills `folder` with it, by the code as it is. */
export const fillFolder = async (folder: string): Promise<void> => {
  const places = placesIn(folder);
  await createSectorFiles(places.sectors, testIdentity);
  await createJournalFiles(places.journal, testIdentity);
  const store = await openSectorFiles({ path: places.sectors, identity: testIdentity });
  const journal = await openJournalFiles(places.journal, testIdentity);
  for (const { sector, bytes } of [...contents, waiting]) {
    await store.put(sector, bytes);
    await journal.recordPending({ ...sector, deal, receivedAt: storedFolder.pending.receivedAt });
  }
  for (const revision of storedFolder.revisions) await journal.recordSigned(revision);
  await journal.recordEgress(storedFolder.egress);
  await journal.close();
  await store.close();
  const transactions = await openTransactionJournal(places.transactions);
  await transactions.put(storedFolder.transaction);
  await transactions.close();
};
