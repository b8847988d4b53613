import { join } from 'node:path';
import { dealId } from '../../../../node/core/units.js';
import type { ProviderRevision } from '../../../../node/ports/journal.js';
import { openJournalFiles } from '../../../../node/storage/journal.js';
import { journalSpaces } from '../../../../node/storage/layout.js';
import { databaseAt } from '../../../../node/storage/rows/level-rows.js';
import { endOfPrefix } from '../../../../node/storage/rows/rows.js';
import { timed } from '../store/store.js';
import { figureOf, type Figure } from './figure.js';
import { benchMarket, fillJournal, firstRevision, randomHash, smallContents } from './stage.js';

export interface OpeningSize {
  readonly deals: number;
  /** Of each deal. */
  readonly sectors: number;
}

const READ_AT_OPENING = [journalSpaces.revision, journalSpaces.list, journalSpaces.pending, journalSpaces.egress];

/** Opens a journal's rows and reads those that are read at opening, unchecked. */
const readRows = async (path: string): Promise<void> => {
  const database = databaseAt(path, false);
  await database.open();
  for (const { prefix } of READ_AT_OPENING) await database.iterator({ gte: prefix, lt: endOfPrefix(prefix) }).all();
  await database.close();
};

/** Opens the journal of a provider that was stopped. */
export const measureOpening = async (folder: string, { deals, sectors }: OpeningSize): Promise<Figure> => {
  const path = join(folder, 'journal');
  function* revisions(): Generator<ProviderRevision> {
    for (let deal = 0; deal < deals; deal++) yield firstRevision(dealId(randomHash()), smallContents(sectors));
  }
  await fillJournal(path, revisions());
  const opened = async (): Promise<void> => (await openJournalFiles(path, benchMarket)).close();
  // What the filling left to be put in order is, before anything is timed; and the record of signed numbers is completed.
  await opened();
  const bare = await timed(() => readRows(path));
  return figureOf({ deals, sectors }, 1, await timed(opened), { 'rows read': bare });
};
