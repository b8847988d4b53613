import type { Revision } from '../core/market/deal.js';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { leaves, type DealId, type Hash, type Leaves } from '../core/units.js';
import type { PendingSector, ProviderEgress, ProviderJournal, ProviderRevision } from '../ports/store.js';
import {
  addPending,
  addRevision,
  requireSameCounts,
  countHeld,
  emptyIndex,
  removePending,
  removeRevisions,
  type JournalIndex,
} from './journal-index.js';
import { createLevelRows, openLevelRows } from './level-rows.js';
import { createMemoryRows } from './memory-rows.js';
import { journalSpaces } from './layout.js';
import type { RowChange, Rows } from './rows.js';
import { createSerial } from '../core/tasks/serial.js';

const { revision: revisions, pending, egress: egresses, held: heldRow } = journalSpaces;

/** Makes an empty journal at `path`. */
export const createJournalFiles = (path: string, identity: MarketIdentity): Promise<void> => createLevelRows(path, 'journal', identity);

/** Opens the journal at `path`; every method that changes something is one synchronous batch. */
export const openJournalFiles = async (path: string, identity: MarketIdentity): Promise<ProviderJournal> => {
  const rows = await openLevelRows(path, 'journal', identity);
  try {
    return await journalOn(rows, identity);
  } catch (error) {
    await rows.close();
    throw error;
  }
};

/** A journal that lives as long as the process. */
export const createMemoryJournal = (identity: MarketIdentity): Promise<ProviderJournal> => journalOn(createMemoryRows(), identity);

const loadEgress = async (rows: Rows): Promise<Map<DealId, ProviderEgress>> => {
  const egress = new Map<DealId, ProviderEgress>();
  for await (const [, row] of egresses.under(rows)) egress.set(row.deal, row);
  return egress;
};

const load = async (rows: Rows): Promise<{ index: JournalIndex; held: Leaves }> => {
  const index = emptyIndex();
  for await (const [, signed] of revisions.under(rows)) addRevision(index, signed);
  for await (const [, sector] of pending.under(rows)) addPending(index, sector);
  const held = (await heldRow.at().read(rows)) ?? leaves(0);
  const counted = countHeld(index);
  if (held === counted) return { index, held };
  throw new HoldfastError('STORE_CORRUPT', { path: rows.path, detail: `its rows count ${counted} leaves and its total says ${held}` });
};

const sameRevision = (a: Revision, b: Revision): boolean =>
  (['deal', 'number', 'root', 'leaves', 'sectors', 'end', 'price', 'validUntil'] as const).every((field) => a[field] === b[field]);

/** Whether `signed` is new; REVISION_CONFLICT if its number was used, or passed, with other content. */
const isNew = (kept: readonly ProviderRevision[], { revision }: ProviderRevision): boolean => {
  const newest = kept.at(-1)?.revision;
  if (!newest || revision.number > newest.number) return true;
  if (kept.some((signed) => sameRevision(signed.revision, revision))) return false;
  const numbers = { number: revision.number.toString(), newest: newest.number.toString() };
  throw new HoldfastError('REVISION_CONFLICT', { deal: revision.deal, ...numbers });
};

/** A journal on `rows`: the same rules whatever keeps them. */
export const journalOn = async (rows: Rows, identity: MarketIdentity): Promise<ProviderJournal> => {
  const loaded = await load(rows);
  const { index } = loaded;
  const egress = await loadEgress(rows);
  let { held } = loaded;
  const serial = createSerial();
  const exclusive = <Result>(task: () => Promise<Result>): Promise<Result> => serial('journal', task);
  const write = async (changes: readonly RowChange[], heldAfter: number): Promise<void> => {
    const after = leaves(heldAfter);
    await rows.write([...changes, heldRow.at().put(after)]);
    held = after;
  };

  /** Forgets the revisions of `deal` that are `old`, and its sectors that wait; roots that nothing names any more. */
  const forget = async (
    deal: DealId,
    old: (signed: ProviderRevision) => boolean,
    waiting: readonly PendingSector[],
  ): Promise<readonly Hash[]> => {
    const kept = index.revisions.get(deal) ?? [];
    const gone = kept.filter(old);
    if (gone.length + waiting.length === 0) return [];
    const leavesOf = (signed: ProviderRevision | undefined): number => signed?.revision.leaves ?? 0;
    const released = leavesOf(kept.at(-1)) - leavesOf(kept.findLast((signed) => !old(signed)));
    const places = [
      ...gone.map(({ revision }) => revisions.at(deal, revision.number)),
      ...waiting.map(({ root }) => pending.at(deal, root)),
    ];
    await write(
      places.map(({ drop }) => drop),
      waiting.reduce((sum, sector) => sum - sector.leaves, held - released),
    );
    const freed = waiting.filter(({ root }) => removePending(index, deal, root)).map(({ root }) => root);
    return [...freed, ...removeRevisions(index, deal, gone)];
  };

  return {
    identity,
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
        requireSameCounts(index, sectors);
        const waiting = index.pending.get(revision.deal);
        const named = [...new Set(sectors.map(({ root }) => root))].flatMap((root) => waiting?.get(root) ?? []);
        const released = named.reduce((sum, sector) => sum + sector.leaves, kept.at(-1)?.revision.leaves ?? 0);
        const gone = named.map(({ deal, root }) => pending.at(deal, root).drop);
        await write([revisions.at(revision.deal, revision.number).put(signed), ...gone], held - released + revision.leaves);
        addRevision(index, signed);
        for (const { deal, root } of named) removePending(index, deal, root);
      }),
    prune: (deal, number) => exclusive(() => forget(deal, ({ revision }) => revision.number < number, [])),
    forgetDeal: (deal) => exclusive(() => forget(deal, () => true, [...(index.pending.get(deal)?.values() ?? [])])),
    dropRevisions: (deal, numbers) => exclusive(() => forget(deal, ({ revision }) => numbers.includes(revision.number), [])),
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
    close: () => exclusive(() => rows.close()),
  };
};
