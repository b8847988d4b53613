import { editTree } from '../../core/data/edit-tree.js';
import { emptyTree, type SectorTree } from '../../core/data/sector-tree.js';
import { changeBetween } from '../../core/market/revision.js';
import type { DealId } from '../../core/units.js';
import type { ProviderRevision } from '../../ports/journal.js';
import { createDraft } from '../rows/draft.js';
import { formats } from '../rows/row-formats.js';
import { journalSpaces } from '../layout.js';
import type { RowChange, Rows } from '../rows/rows.js';
import { addGrown, addWhole, listOf, nodeReader, type ListDraft } from '../lists/sector-lists.js';
import { createTally } from '../lists/sector-namings.js';

const { revision: revisions, pending, naming, layout } = journalSpaces;

/** What the rows of a journal are now. */
const LAYOUT = 2;
const ROWS_AT_ONCE = 4_096;

/** Rows of revisions as they were, by deal. A row that cannot be read stays as it is, to be told of at loading. */
async function* wholeRevisions(rows: Rows): AsyncGenerator<readonly [DealId, readonly ProviderRevision[]]> {
  let found: ProviderRevision[] = [];
  const deal = (): DealId | undefined => found[0]?.revision.deal;
  for await (const [key, row] of rows.under(revisions.prefix)) {
    let signed: ProviderRevision;
    try {
      signed = formats.wholeRevision.decode(row, rows.path, key);
    } catch {
      continue;
    }
    const before = deal();
    if (before !== undefined && before !== signed.revision.deal) {
      yield [before, found];
      found = [];
    }
    found.push(signed);
  }
  const last = deal();
  if (last !== undefined) yield [last, found];
}

/** Puts the lists of a deal into nodes, each beside the one before it. */
const upgradeDeal = async (rows: Rows, deal: DealId, found: readonly ProviderRevision[]): Promise<void> => {
  const draft = createDraft(rows);
  const tally = createTally(rows, draft, deal);
  const kept: bigint[] = [];
  const at: ListDraft = { draft, tally, deal, kept };
  let before: ProviderRevision | undefined;
  for (const whole of found) {
    const { sectors, ...signed } = whole;
    const { number } = signed.revision;
    if (before === undefined) await addWhole(at, number, sectors);
    else {
      const base: SectorTree = (await listOf(draft, deal, before.revision.number)) ?? emptyTree;
      const change = changeBetween(before.sectors, sectors);
      const edit = await editTree({ read: nodeReader(draft, deal), base, change, version: number });
      await addGrown(at, number, { base: before.revision.number, change, edit });
    }
    draft.put(revisions.at(deal, number).put(signed));
    kept.push(number);
    before = whole;
  }
  for await (const [, sector] of pending.under(rows, deal)) tally.add([sector], 1);
  await tally.settle();
  await rows.write(draft.changes());
};

/**
 * Brings the rows of a journal to the present layout: lists in nodes, and a row for each root that a deal names. All of a deal in one
 * batch; interrupted, it goes on where it was.
 */
export const upgradeJournal = async (rows: Rows): Promise<void> => {
  if ((await layout.at().read(rows)) === LAYOUT) return;
  for await (const [deal, found] of wholeRevisions(rows)) await upgradeDeal(rows, deal, found);
  // Of deals without a revision: what only waits is named once.
  let batch: RowChange[] = [];
  for await (const [, { deal, root, leaves }] of pending.under(rows)) {
    const place = naming.at(root, deal);
    if ((await place.read(rows)) === undefined) batch.push(place.put({ leaves, count: 1 }));
    if (batch.length < ROWS_AT_ONCE) continue;
    await rows.write(batch);
    batch = [];
  }
  await rows.write([...batch, layout.at().put(LAYOUT)]);
};
