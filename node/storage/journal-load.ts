import { dealId, leaves, type DealId, type Leaves } from '../core/units.js';
import type { JournalFault } from '../ports/journal-faults.js';
import type { ProviderEgress } from '../ports/store.js';
import { addPending, addRevision, countHeld, emptyIndex, type JournalIndex } from './journal-index.js';
import { journalSpaces } from './layout.js';
import type { RowCodec } from './row-formats.js';
import type { Rows } from './rows.js';

/** What a journal's rows say, and which of them say nothing. */
export interface LoadedJournal {
  readonly index: JournalIndex;
  readonly egress: Map<DealId, ProviderEgress>;
  readonly held: Leaves;
  /** Numbers of revisions whose rows cannot be read. */
  readonly unreadable: Map<DealId, bigint[]>;
  readonly faults: JournalFault[];
}

interface RowsOf<Value> {
  readonly prefix: string;
  readonly codec: RowCodec<Value>;
}

/** Deal and number in the key of a revision. */
const REVISION_KEY = /^revision\/(0x[0-9a-f]{64})\/([0-9a-f]{16})$/;

/** Reads all rows. One that cannot be read is a fault, and the others count all the same. */
export const loadJournal = async (rows: Rows): Promise<LoadedJournal> => {
  const index = emptyIndex();
  const egress = new Map<DealId, ProviderEgress>();
  const unreadable = new Map<DealId, bigint[]>();
  const faults: JournalFault[] = [];

  const read = async <Value>(space: RowsOf<Value>, take: (value: Value) => void): Promise<void> => {
    for await (const [key, row] of rows.under(space.prefix)) {
      try {
        take(space.codec.decode(row, rows.path, key));
      } catch (error) {
        const [, deal, number] = REVISION_KEY.exec(key) ?? [];
        if (deal !== undefined) unreadable.set(dealId(deal), [...(unreadable.get(dealId(deal)) ?? []), BigInt(`0x${number}`)]);
        faults.push({ kind: 'row-unreadable', key, deal: deal === undefined ? undefined : dealId(deal), error });
      }
    }
  };
  await read(journalSpaces.revision, (signed) => {
    addRevision(index, signed);
  });
  await read(journalSpaces.pending, (sector) => {
    addPending(index, sector);
  });
  await read(journalSpaces.egress, (row) => void egress.set(row.deal, row));
  let recorded = leaves(0);
  const before = faults.length;
  await read(journalSpaces.held, (total) => (recorded = total));
  const held = countHeld(index);
  if (recorded !== held && faults.length === before) faults.push({ kind: 'total-differs', counted: held, recorded });
  return { index, egress, held, unreadable, faults };
};
