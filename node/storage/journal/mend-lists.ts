import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { dealId, type DealId } from '../../core/units.js';
import type { JournalFault } from '../../ports/journal-faults.js';
import { createDraft } from '../rows/draft.js';
import { setRevisions, setUnreadable, type JournalIndex } from './journal-index.js';
import { journalSpaces } from '../layout.js';
import { isOneTree, without } from '../lists/list-changes.js';
import { formats } from '../rows/row-formats.js';
import { listOf, sectorsIn } from '../lists/sector-lists.js';
import type { Rows } from '../rows/rows.js';

const { change: changes, list: lists, naming, pending } = journalSpaces;

type Bases = ReadonlyMap<bigint, bigint>;

/** What the lists of each deal came of; one whose row cannot be read is left out. */
const readBases = async (rows: Rows): Promise<ReadonlyMap<DealId, Bases>> => {
  const bases = new Map<DealId, Map<bigint, bigint>>();
  for await (const [key, row] of rows.under(changes.prefix)) {
    const [, deal, number] = key.split('/') as [string, string, string];
    const ofDeal = bases.get(dealId(deal)) ?? new Map<bigint, bigint>();
    bases.set(dealId(deal), ofDeal);
    try {
      ofDeal.set(BigInt(`0x${number}`), formats.changeBase.decode(row, rows.path, key));
    } catch (error) {
      if (!isHoldfastError(error, 'STORE_CORRUPT')) throw error;
    }
  }
  return bases;
};

/** The sectors of a list; undefined where its rows are not all there. */
const wholeOf = async (rows: Rows, deal: DealId, number: bigint): Promise<SectorRef[] | undefined> => {
  try {
    if ((await listOf(rows, deal, number)) === undefined) return undefined;
    const sectors: SectorRef[] = [];
    for await (const sector of sectorsIn(rows, deal, number)) sectors.push(sector);
    return sectors;
  } catch (error) {
    if (isHoldfastError(error, 'STORE_CORRUPT')) return undefined;
    throw error;
  }
};

/** Says of the lists of a deal anew what each is beside the one before, and how often each root is named. */
const writeAnew = async (rows: Rows, deal: DealId, whole: ReadonlyMap<bigint, readonly SectorRef[]>, former: Bases): Promise<void> => {
  const draft = createDraft(rows);
  draft.put(...[...former.keys()].map((number) => changes.at(deal, number).drop));
  const named = new Map<SectorRef['root'], { readonly sector: SectorRef; readonly count: number }>();
  let [base, before] = [0n, [] as readonly SectorRef[]];
  for (const [number, sectors] of whole) {
    const change = { base, removed: without(before, sectors), appended: without(sectors, before) };
    draft.put(changes.at(deal, number).put(change));
    for (const sector of change.appended) named.set(sector.root, { sector, count: (named.get(sector.root)?.count ?? 0) + 1 });
    [base, before] = [number, sectors];
  }
  for (const [root, { sector, count }] of named) {
    const waiting = (await pending.at(deal, root).read(rows)) === undefined ? 0 : 1;
    draft.put(naming.at(root, deal).put({ leaves: sector.leaves, count: count + waiting }));
  }
  await rows.write(draft.changes());
};

/**
 * Finds the deals of which the rows of a revision between others are gone: what its batch said of roots and waiting sectors is gone with it, and
 * the newest revision may name what nothing seems to. That is counted anew from the lists. A list that cannot be read makes its
 * revision one that cannot be: the deal is in doubt, and nothing is deleted.
 */
export const mendLists = async (rows: Rows, index: JournalIndex): Promise<JournalFault[]> => {
  const bases = await readBases(rows);
  const faults: JournalFault[] = [];
  for (const [deal, kept] of [...index.revisions]) {
    const found = bases.get(deal) ?? new Map<bigint, bigint>();
    const numbers = kept.map(({ revision }) => revision.number);
    if (index.unreadable.has(deal)) continue;
    if (found.size === numbers.length && numbers.every((number) => found.has(number)) && isOneTree(found)) continue;
    const lost = [...found.values()].find((base) => base !== 0n && !found.has(base)) ?? numbers.find((number) => !found.has(number)) ?? 0n;
    const { key } = changes.at(deal, lost);
    const error = new HoldfastError('STORE_CORRUPT', { path: rows.path, detail: `row ${key} is missing` });
    faults.push({ kind: 'row-unreadable', key, deal, error });
    const whole = new Map<bigint, readonly SectorRef[]>();
    for (const number of numbers) {
      const sectors = await wholeOf(rows, deal, number);
      if (sectors !== undefined) whole.set(number, sectors);
    }
    const bad = numbers.filter((number) => !whole.has(number));
    if (bad.length === 0) await writeAnew(rows, deal, whole, found);
    else {
      setUnreadable(index, deal, bad);
      setRevisions(
        index,
        deal,
        kept.filter(({ revision }) => whole.has(revision.number)),
      );
      faults.push(...bad.map((number): JournalFault => ({ kind: 'row-unreadable', key: lists.at(deal, number).key, deal, error })));
    }
  }
  return faults;
};
