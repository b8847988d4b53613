import { join } from 'node:path';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import { leaves, type DealId, type Hash } from '../core/units.js';
import type { ProviderJournal } from '../ports/journal.js';
import { numbersOf, waitingOf } from './journal/journal-index.js';
import { isNew } from './journal/is-new.js';
import { loadJournal } from './journal/journal-load.js';
import { upgradeJournal } from './journal/journal-upgrade.js';
import { createLevelRows, openLevelRows, repairLevelRows } from './rows/level-rows.js';
import { createMemoryRows } from './rows/memory-rows.js';
import { journalSpaces } from './layout.js';
import { mendLists } from './journal/mend-lists.js';
import { createMemoryNumbers, createNumberFile, openNumberFile } from './journal/number-file.js';
import { numberFaults, openSignedNumbers, type JournalNumbers } from './journal/signed-numbers.js';
import { createRevisionRows, type JournalBatch } from './journal/revision-rows.js';
import type { Rows } from './rows/rows.js';
import { listOf, nodeReader, sectorsIn, timesNamed } from './lists/sector-lists.js';
import { isNamed, namingsOf, requireSameCounts } from './lists/sector-namings.js';
import { createSerial } from '../core/tasks/serial.js';

const { pending, egress: egresses, held: heldRow, numbers: numbersRow, naming } = journalSpaces;

const numbersIn = (path: string): string => join(path, 'signed-numbers');

/** Makes an empty journal at `path`. */
export const createJournalFiles = (path: string, identity: MarketIdentity): Promise<void> =>
  createLevelRows(path, 'journal', identity, (directory) => createNumberFile(numbersIn(directory)));

/** Opens the journal at `path`; every method that changes something is one synchronous batch, and a line where a number was signed. */
export const openJournalFiles = async (path: string, identity: MarketIdentity): Promise<ProviderJournal> => {
  const rows = await openLevelRows(path, 'journal', identity);
  try {
    const record = await openNumberFile(numbersIn(path));
    const promised = (await rows.get(numbersRow.at().key)) !== undefined;
    const journal = await journalOn(rows, identity, { record, promised });
    if (!promised) await rows.write([numbersRow.at().put(true)]);
    return journal;
  } catch (error) {
    await rows.close();
    throw error;
  }
};

/** Makes a journal open again whose index is damaged: which rows went with that its numbers tell. */
export const repairJournalFiles = (path: string, identity: MarketIdentity): Promise<void> => repairLevelRows(path, 'journal', identity);

/** A journal that lives as long as the process. */
export const createMemoryJournal = (identity: MarketIdentity): Promise<ProviderJournal> => journalOn(createMemoryRows(), identity);

/** A journal on `rows`: the same rules whatever keeps them. */
export const journalOn = async (
  rows: Rows,
  identity: MarketIdentity,
  apart: JournalNumbers = { record: createMemoryNumbers(), promised: true },
): Promise<ProviderJournal> => {
  await upgradeJournal(rows);
  const { index, egress, ...loaded } = await loadJournal(rows);
  const faults = [...loaded.faults, ...(await mendLists(rows, index)), ...numberFaults(apart, index.revisions.size)];
  const numbers = await openSignedNumbers({ identity, record: apart.record, ...index });
  let { held } = loaded;
  const plans = createRevisionRows(rows, index);
  const serial = createSerial();
  const exclusive = <Result>(task: () => Promise<Result>): Promise<Result> => serial('journal', task);
  const write = async (batch: JournalBatch | undefined, then: () => Promise<void> = async () => undefined): Promise<readonly Hash[]> => {
    if (batch === undefined) return [];
    const after = leaves(held + batch.grown);
    await rows.write([...batch.changes, heldRow.at().put(after)]);
    await then();
    held = after;
    batch.apply();
    return batch.freed;
  };
  const compare = (deal: DealId): void => numbers.compare(deal, plans.keptOf(deal));

  const forget = async (deal: DealId, old: (number: bigint) => boolean, waiting: boolean): Promise<readonly Hash[]> => {
    const freed = await write(await plans.forget(deal, old, waiting));
    compare(deal);
    return freed;
  };

  return {
    identity,
    faults,
    doubts: () => numbers.doubts(),
    doubt: (deal) => numbers.doubt(deal),
    deal: async (id) => {
      const revisions = index.revisions.get(id);
      return revisions && { id, revisions };
    },
    async *deals() {
      for (const [id, revisions] of [...index.revisions]) yield { id, revisions };
    },
    counts: () => ({ deals: index.revisions.size, withData: index.tally.withData }),
    validFrom: (period) => index.tally.validFrom(period).map((id) => ({ id, revisions: plans.keptOf(id) })),
    tree: (deal, number) => listOf(rows, deal, number),
    node: (deal, name) => nodeReader(rows, deal)(name),
    sectors: (deal, number) => sectorsIn(rows, deal, number),
    timesNamed: async (deal, number, root) => {
      const waiting = (await pending.at(deal, root).read(rows)) === undefined ? 0 : 1;
      return timesNamed(rows, deal, { number, root, kept: numbersOf(index, deal), waiting });
    },
    recordPending: (sector) => exclusive(async () => void (await write(await plans.wait(sector)))),
    async *pending(after) {
      const rest = rows.under(pending.prefix, after && pending.at(after.deal, after.root).key);
      for await (const [key, row] of rest) yield pending.codec.decode(row, rows.path, key);
    },
    pendingLeaves: async (deal, except) => {
      const waiting = await pending.at(deal, except).read(rows);
      return leaves(waitingOf(index, deal).leaves - (waiting?.leaves ?? 0));
    },
    pendingSectors: async (deal) => waitingOf(index, deal).sectors,
    holds: async (deal, root) => (await naming.at(root, deal).read(rows)) !== undefined,
    requireCount: (sector) => requireSameCounts(rows, [sector]),
    names: (root) => isNamed(rows, root),
    dealsNaming: async (root) => {
      const deals: DealId[] = [];
      for await (const { deal } of namingsOf(rows, root)) deals.push(deal);
      return deals;
    },
    named: () => namingsOf(rows),
    recordSigned: (signed) =>
      exclusive(async () => {
        const { revision } = signed;
        if (!isNew(plans.keptOf(revision.deal), signed)) return;
        numbers.require(revision);
        // The row first: a crash between the two leaves a number that the row alone knows, and whose signature has not left.
        await write(await plans.sign(signed), () => numbers.add(revision));
        compare(revision.deal);
      }),
    restore: (signed) =>
      exclusive(async () => {
        await write(await plans.restore(signed), () => numbers.adopt(signed.revision));
        compare(signed.revision.deal);
      }),
    prune: (deal, number) => exclusive(() => forget(deal, (each) => each < number, false)),
    forgetDeal: (deal) =>
      exclusive(async () => {
        await numbers.recede(deal, undefined);
        return forget(deal, () => true, true);
      }),
    dropRevisions: (deal, dropped) =>
      exclusive(async () => {
        const left = index.revisions.get(deal)?.findLast(({ revision }) => !dropped.includes(revision.number));
        await numbers.recede(deal, left?.revision, dropped);
        return forget(deal, (each) => dropped.includes(each), false);
      }),
    dropPending: (deal, root) =>
      exclusive(async () => {
        await write(await plans.stopWaiting(deal, root));
        return !(await isNamed(rows, root));
      }),
    recordEgress: (row) =>
      exclusive(async () => {
        await rows.write([egresses.at(row.deal).put(row)]);
        egress.set(row.deal, row);
      }),
    egress: async (deal) => egress.get(deal),
    async *egresses() {
      yield* [...egress.values()];
    },
    forgetEgress: (deal) =>
      exclusive(async () => {
        if (!egress.has(deal)) return;
        await rows.write([egresses.at(deal).drop]);
        egress.delete(deal);
      }),
    leavesHeld: async () => held,
    close: () =>
      exclusive(async () => {
        await numbers.close();
        await rows.close();
      }),
  };
};
