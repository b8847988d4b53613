import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { toHex } from '../../../../node/core/data/bytes.js';
import { dealIdOf } from '../../../../node/core/market/deal-id.js';
import { hash, LEAF_BYTES, leaves, period, wei, type DealId, type Hash } from '../../../../node/core/units.js';
import type { ProviderRevision } from '../../../../node/ports/journal.js';
import { createJournalFiles, journalOn, openJournalFiles } from '../../../../node/storage/journal.js';
import { openLevelRows } from '../../../../node/storage/rows/level-rows.js';
import { createSectorFiles, openSectorFiles } from '../../../../node/storage/sector-files.js';
import { signedRevision } from '../../../../test/storage/sample-sectors.js';
import { createMemoryLedger } from '../../../../test/support/memory-market/settlement.js';
import { actor, hashOf } from '../../../../test/support/worlds/actors.js';
import { createProviderWorld, TOKEN, type ProviderWorld } from '../../../../test/support/worlds/provider-world.js';
import { TestRenter, type Content } from '../../../../test/support/worlds/test-renter.js';
import { appendAll } from '../store/store.js';

/** A provider on files with a market in memory, until disposed of. */
export interface BenchStage extends AsyncDisposable {
  readonly world: ProviderWorld;
  /** The deal of {@link benchDeal}. */
  readonly renter: TestRenter;
  /** Folder of its journal. */
  readonly journalPath: string;
}

/** What its journal and its disk have before it starts. */
export interface Holdings {
  readonly revisions: Iterable<ProviderRevision>;
  readonly stored: readonly Content[];
}

/** A window in which challenges of 16,384 deals can be answered. */
const parameters = { periodBlocks: 7_200, windowBlocks: 3_600 };

export const { identity: benchMarket } = createMemoryLedger({ parameters });

/** The deal of the renter that is measured. */
export const benchDeal: DealId = dealIdOf(benchMarket, actor('alice').address, actor('bob').address, hashOf('salt'));

/** Token wei per GiB-period: next to nothing, so that stake and escrow carry whatever there is. */
export const BENCH_PRICE = wei(1n);
const MOST_LEAVES = 2 ** 30;

/** So many sectors of one leaf. */
export const smallContents = (count: number): Content[] =>
  Array.from({ length: count }, () => {
    const bytes = new Uint8Array(randomBytes(LEAF_BYTES));
    return { bytes, sector: { root: hash(toHex(bytes)), leaves: leaves(1) } };
  });

export const randomHash = (): Hash => hash(`0x${randomBytes(32).toString('hex')}`);

/** The first revision of a deal over these sectors, cheap and posted long ago. */
export const firstRevision = (deal: DealId, contents: readonly Content[]): ProviderRevision => {
  const sectors = contents.map(({ sector }) => sector);
  return signedRevision(deal, 1n, sectors, { price: BENCH_PRICE, validUntil: period(0) });
};

/** Makes a journal of these revisions at `path`, without waiting for the disk after each. */
export const fillJournal = async (path: string, revisions: Iterable<ProviderRevision>): Promise<void> => {
  await createJournalFiles(path, benchMarket);
  const rows = await openLevelRows(path, 'journal', benchMarket);
  const journal = await journalOn({ ...rows, write: (changes) => rows.write(changes, { durable: false }) }, benchMarket);
  for (const revision of revisions) await journal.recordSigned(revision);
  await journal.close();
};

export const openStage = async (folder: string, { revisions, stored }: Holdings): Promise<BenchStage> => {
  await using stack = new AsyncDisposableStack();
  const [journalPath, path] = [join(folder, 'journal'), join(folder, 'sectors')];
  await fillJournal(journalPath, revisions);
  await createSectorFiles(path, benchMarket);
  await appendAll(path, stored);
  const store = await openSectorFiles({ path, identity: benchMarket, rebuild: stored.length > 0 });
  stack.defer(() => store.close());
  const journal = await openJournalFiles(journalPath, benchMarket);
  stack.defer(() => journal.close());
  const ask = { price: BENCH_PRICE, maxLeaves: leaves(MOST_LEAVES) };
  const policy = { capacity: leaves(MOST_LEAVES), maxPendingLeaves: leaves(MOST_LEAVES), maxUnposted: MOST_LEAVES };
  const world = await createProviderWorld({ parameters, store, journal, ask, policy, stake: 9_000n * TOKEN });
  const renter = await TestRenter.open({ ledger: world.ledger, provider: world.address, maxLeaves: MOST_LEAVES });
  const disposing = stack.move();
  return { world, renter, journalPath, [Symbol.asyncDispose]: () => disposing.disposeAsync() };
};
