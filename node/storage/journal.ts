import { join } from 'node:path';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import { leaves, type DealId, type Hash } from '../core/units.js';
import type { PendingSector, ProviderJournal, ProviderRevision } from '../ports/store.js';
import { addPending, addRevision, removePending, removeRevisions, requireSameCounts } from './journal-index.js';
import { isNew } from './is-new.js';
import { loadJournal } from './journal-load.js';
import { createLevelRows, openLevelRows, repairLevelRows } from './level-rows.js';
import { createMemoryRows } from './memory-rows.js';
import { journalSpaces } from './layout.js';
import { createMemoryNumbers, createNumberFile, openNumberFile } from './number-file.js';
import { numberFaults, openSignedNumbers, type JournalNumbers } from './signed-numbers.js';
import type { RowChange, Rows } from './rows.js';
import { createSerial } from '../core/tasks/serial.js';

const { revision: revisions, pending, egress: egresses, held: heldRow, numbers: numbersRow } = journalSpaces;

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
  const { index, egress, unreadable, ...loaded } = await loadJournal(rows);
  const faults = [...loaded.faults, ...numberFaults(apart, index.revisions.size)];
  const numbers = await openSignedNumbers({ identity, record: apart.record, revisions: index.revisions, unreadable });
  let { held } = loaded;
  const serial = createSerial();
  const exclusive = <Result>(task: () => Promise<Result>): Promise<Result> => serial('journal', task);
  const write = async (
    changes: readonly RowChange[],
    heldAfter: number,
    then: () => Promise<void> = async () => undefined,
  ): Promise<void> => {
    const after = leaves(heldAfter);
    await rows.write([...changes, heldRow.at().put(after)]);
    await then();
    held = after;
  };
  const compare = (deal: DealId): void => {
    numbers.compare(deal, index.revisions.get(deal) ?? []);
  };

  /** Forgets the revisions of `deal` whose numbers are `old`, rows that cannot be read too, and its sectors that wait; roots that nothing names any more. */
  const forget = async (deal: DealId, old: (number: bigint) => boolean, waiting: readonly PendingSector[]): Promise<readonly Hash[]> => {
    const kept = index.revisions.get(deal) ?? [];
    const isOld = ({ revision }: ProviderRevision): boolean => old(revision.number);
    const gone = kept.filter(isOld);
    const bad = (unreadable.get(deal) ?? []).filter(old);
    if (gone.length + waiting.length + bad.length === 0) {
      compare(deal);
      return [];
    }
    const leavesOf = (signed: ProviderRevision | undefined): number => signed?.revision.leaves ?? 0;
    const released = leavesOf(kept.at(-1)) - leavesOf(kept.findLast((signed) => !isOld(signed)));
    const places = [
      ...gone.map(({ revision }) => revisions.at(deal, revision.number)),
      ...bad.map((each) => revisions.at(deal, each)),
      ...waiting.map(({ root }) => pending.at(deal, root)),
    ];
    await write(
      places.map(({ drop }) => drop),
      waiting.reduce((sum, sector) => sum - sector.leaves, held - released),
    );
    const freed = waiting.filter(({ root }) => removePending(index, deal, root)).map(({ root }) => root);
    const freedToo = removeRevisions(index, deal, gone);
    unreadable.set(
      deal,
      (unreadable.get(deal) ?? []).filter((each) => !bad.includes(each)),
    );
    compare(deal);
    return [...freed, ...freedToo];
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
    recordPending: (sector) =>
      exclusive(async () => {
        requireSameCounts(index, [sector]);
        if (index.pending.get(sector.deal)?.has(sector.root)) return;
        await write([pending.at(sector.deal, sector.root).put(sector)], held + sector.leaves);
        addPending(index, sector);
      }),
    async *pending() {
      for (const ofDeal of [...index.pending.values()]) yield* [...ofDeal.values()];
    },
    pendingLeaves: async (deal, except) =>
      leaves((index.pendingLeaves.get(deal) ?? 0) - (index.pending.get(deal)?.get(except)?.leaves ?? 0)),
    pendingSectors: async (deal) => index.pending.get(deal)?.size ?? 0,
    holds: async (deal, root) => index.known.get(root)?.namedBy.has(deal) ?? false,
    names: async (root) => index.known.has(root),
    recordSigned: (signed) =>
      exclusive(async () => {
        const { revision, sectors } = signed;
        const kept = index.revisions.get(revision.deal) ?? [];
        if (!isNew(kept, signed)) return;
        numbers.require(revision);
        requireSameCounts(index, sectors);
        const waiting = index.pending.get(revision.deal);
        const named = [...new Set(sectors.map(({ root }) => root))].flatMap((root) => waiting?.get(root) ?? []);
        const released = named.reduce((sum, sector) => sum + sector.leaves, kept.at(-1)?.revision.leaves ?? 0);
        const gone = named.map(({ deal, root }) => pending.at(deal, root).drop);
        const row = revisions.at(revision.deal, revision.number).put(signed);
        // The row first: a crash between the two leaves a number that the row alone knows, and whose signature has not left.
        await write([row, ...gone], held - released + revision.leaves, () => numbers.add(revision));
        addRevision(index, signed);
        for (const { deal, root } of named) removePending(index, deal, root);
        compare(revision.deal);
      }),
    restore: (signed) =>
      exclusive(async () => {
        const { deal, number } = signed.revision;
        requireSameCounts(index, signed.sectors);
        const kept = index.revisions.get(deal) ?? [];
        const others = kept.filter(({ revision }) => revision.number !== number);
        const all = [...others, signed].sort((a, b) => (a.revision.number < b.revision.number ? -1 : 1));
        const grown = (all.at(-1)?.revision.leaves ?? 0) - (kept.at(-1)?.revision.leaves ?? 0);
        await write([revisions.at(deal, number).put(signed)], held + grown, () => numbers.adopt(signed.revision));
        removeRevisions(index, deal, kept);
        for (const each of all) addRevision(index, each);
        compare(deal);
      }),
    prune: (deal, number) => exclusive(() => forget(deal, (each) => each < number, [])),
    forgetDeal: (deal) =>
      exclusive(async () => {
        await numbers.recede(deal, undefined);
        return forget(deal, () => true, [...(index.pending.get(deal)?.values() ?? [])]);
      }),
    dropRevisions: (deal, dropped) =>
      exclusive(async () => {
        const left = index.revisions.get(deal)?.findLast(({ revision }) => !dropped.includes(revision.number));
        await numbers.recede(deal, left?.revision, dropped);
        return forget(deal, (each) => dropped.includes(each), []);
      }),
    dropPending: (deal, root) =>
      exclusive(async () => {
        const waiting = index.pending.get(deal)?.get(root);
        if (waiting) await write([pending.at(deal, root).drop], held - waiting.leaves);
        return removePending(index, deal, root);
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
