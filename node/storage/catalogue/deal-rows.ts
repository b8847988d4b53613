import type { NewList, RenterDeal } from '../../ports/catalogue.js';
import type { Draft } from '../rows/draft.js';
import { catalogueSpaces } from '../layout.js';
import type { Rows } from '../rows/rows.js';
import { addGrown, addWhole, dropLists } from '../lists/sector-lists.js';
import { createTally } from '../lists/sector-namings.js';

/** Numbers of the revisions whose lists a record keeps, ascending. */
export const listsOf = (record: RenterDeal | undefined): bigint[] => {
  const numbers = [record?.current, record?.proposed].flatMap((each) => (each === undefined ? [] : [each.revision.number]));
  return [...new Set(numbers)].sort((a, b) => (a < b ? -1 : 1));
};

export interface RecordChange {
  /** The record so far. */
  readonly former: RenterDeal | undefined;
  readonly deal: RenterDeal;
  readonly list?: NewList | undefined;
  /** Number of this change. */
  readonly change: number;
}

/** Puts a renter's record in the place of the former, with the lists that it keeps and no others. */
export const putRecord = async (rows: Rows, draft: Draft, { former, deal, list, change }: RecordChange): Promise<void> => {
  const tally = createTally(rows, draft, deal.id);
  const before = listsOf(former);
  const after = listsOf(deal);
  const again = before.filter((number) => number === list?.number);
  const left = before.filter((number) => !again.includes(number));
  await dropLists({ draft, tally, deal: deal.id, kept: before }, again);
  if (list !== undefined) {
    const at = { draft, tally, deal: deal.id, kept: left };
    if ('change' in list.sectors) await addGrown(at, list.number, list.sectors);
    else await addWhole(at, list.number, list.sectors);
  }
  const kept = list === undefined ? left : [...left, list.number].sort((a, b) => (a < b ? -1 : 1));
  await dropLists(
    { draft, tally, deal: deal.id, kept },
    kept.filter((number) => !after.includes(number)),
  );
  await tally.settle();
  draft.put(catalogueSpaces.deal.at(deal.id).put({ number: change, value: deal }));
};
