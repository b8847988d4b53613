import { editTree } from '../../core/data/edit-tree.js';
import { emptyTree } from '../../core/data/sector-tree.js';
import { changeBetween } from '../../core/market/revision.js';
import type { RenterDeal } from '../../ports/catalogue.js';
import { putRecord } from './deal-rows.js';
import { createDraft } from '../rows/draft.js';
import { catalogueSpaces } from '../layout.js';
import { formats, type WholeRenterDeal } from '../rows/row-formats.js';
import type { Rows } from '../rows/rows.js';
import { listOf, nodeReader } from '../lists/sector-lists.js';

const { deal: deals, layout } = catalogueSpaces;

/** What the rows of a catalogue are now. */
const LAYOUT = 2;

/** Puts the lists of a deal into nodes, in one batch with its record. */
const upgradeDeal = async (rows: Rows, { sectors, proposed, ...record }: WholeRenterDeal): Promise<void> => {
  const draft = createDraft(rows);
  const base = record.current?.revision.number ?? 0n;
  const before = record.current === undefined ? [] : sectors;
  await putRecord(rows, draft, { former: undefined, deal: record, list: record.current && { number: base, sectors } });
  if (proposed !== undefined) {
    const { sectors: after, ...rest } = proposed;
    const { number } = proposed.revision;
    const tree = (await listOf(draft, record.id, base)) ?? emptyTree;
    const change = changeBetween(before, after);
    const edit = await editTree({ read: nodeReader(draft, record.id), base: tree, change, version: number });
    const deal: RenterDeal = { ...record, proposed: { ...rest, base } };
    await putRecord(rows, draft, { former: record, deal, list: { number, sectors: { base, change, edit } } });
  }
  await rows.write(draft.changes());
};

/** Brings the rows of a catalogue to the present layout: lists in nodes. Interrupted, it goes on where it was. */
export const upgradeCatalogue = async (rows: Rows): Promise<void> => {
  if ((await layout.at().read(rows)) === LAYOUT) return;
  for await (const [key, row] of rows.under(deals.prefix)) {
    let whole: WholeRenterDeal;
    try {
      whole = formats.wholeRenterDeal.decode(row, rows.path, key);
    } catch {
      // Of this layout already, or not to be read: who asks for it is told.
      continue;
    }
    await upgradeDeal(rows, whole);
  }
  await rows.write([layout.at().put(LAYOUT)]);
};
