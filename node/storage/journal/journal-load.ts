import { dealId, leaves, type DealId, type Leaves } from '../../core/units.js';
import type { JournalFault } from '../../ports/journal-faults.js';
import type { ProviderEgress } from '../../ports/journal.js';
import { addWaiting, countHeld, emptyIndex, setRevisions, setUnreadable, type JournalIndex } from './journal-index.js';
import { journalSpaces } from '../layout.js';
import type { RowCodec } from '../rows/row-codec.js';
import type { Rows } from '../rows/rows.js';

/** What a journal's rows say, and which of them say nothing. */
export interface LoadedJournal {
  readonly index: JournalIndex;
  readonly egress: Map<DealId, ProviderEgress>;
  readonly held: Leaves;
  readonly faults: JournalFault[];
}

interface RowsOf<Value> {
  readonly prefix: string;
  readonly codec: RowCodec<Value>;
}

/** Deal and number in the key of a revision, or of its list. */
const REVISION_KEY = /^(?:revision|list)\/(0x[0-9a-f]{64})\/([0-9a-f]{16})$/;

const numberIn = (key: string): { readonly deal: DealId; readonly number: bigint } | undefined => {
  const [, deal, number] = REVISION_KEY.exec(key) ?? [];
  return deal === undefined ? undefined : { deal: dealId(deal), number: BigInt(`0x${number}`) };
};

/** Reads the rows whose number does not grow with sectors, and counts what waits. One that cannot be read is a fault, and the others count all the same. */
export const loadJournal = async (rows: Rows): Promise<LoadedJournal> => {
  const index = emptyIndex();
  const egress = new Map<DealId, ProviderEgress>();
  const faults: JournalFault[] = [];

  const unread = (key: string, error: unknown): void => {
    const named = numberIn(key);
    if (named !== undefined) {
      const { deal, number } = named;
      setUnreadable(index, deal, [...new Set([...(index.unreadable.get(deal) ?? []), number])]);
      setRevisions(
        index,
        deal,
        (index.revisions.get(deal) ?? []).filter(({ revision }) => revision.number !== number),
      );
    }
    faults.push({ kind: 'row-unreadable', key, deal: named?.deal, error });
  };
  const read = async <Value>(space: RowsOf<Value>, take: (value: Value) => void): Promise<void> => {
    for await (const [key, row] of rows.under(space.prefix)) {
      try {
        take(space.codec.decode(row, rows.path, key));
      } catch (error) {
        unread(key, error);
      }
    }
  };
  await read(journalSpaces.revision, (signed) => {
    const { deal } = signed.revision;
    setRevisions(index, deal, [...(index.revisions.get(deal) ?? []), signed]);
  });
  await read(journalSpaces.list, () => undefined);
  await read(journalSpaces.pending, ({ deal, leaves: count }) => addWaiting(index, deal, 1, count));
  await read(journalSpaces.egress, (row) => void egress.set(row.deal, row));
  let recorded = leaves(0);
  const before = faults.length;
  await read(journalSpaces.held, (total) => (recorded = total));
  const held = countHeld(index);
  if (recorded !== held && faults.length === before) faults.push({ kind: 'total-differs', counted: held, recorded });
  return { index, egress, held, faults };
};
