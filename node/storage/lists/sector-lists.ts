import type { SectorRef } from '../../core/data/data-set.js';
import { treeOf, type TreeEdit } from '../../core/data/edit-tree.js';
import { ownNodes } from '../../core/data/own-nodes.js';
import { pagesFrom, type NodeName, type ReadNode, type SectorTree } from '../../core/data/sector-tree.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { DealId, Hash } from '../../core/units.js';
import type { SectorGrowth } from '../../ports/sector-lists.js';
import type { Draft } from '../rows/draft.js';
import { listSpaces } from '../layout.js';
import { basesOf, forgetList, isOneTree, timesIn, without, type ListChanges } from './list-changes.js';
import type { ListChange } from '../rows/row-formats.js';
import type { Rows } from '../rows/rows.js';
import type { NamingTally } from './sector-namings.js';

const { list: lists, change: changesOf, node: nodes, naming } = listSpaces;

type Source = Pick<Rows, 'path' | 'get'>;

const nodeAt = (deal: DealId, { level, index, version }: NodeName) => nodes.at(deal, level, index, version);

/** Reads nodes of a deal's lists; STORE_CORRUPT where one is missing. */
export const nodeReader =
  (source: Source, deal: DealId): ReadNode =>
  async (name) => {
    const place = nodeAt(deal, name);
    const bytes = await place.read(source);
    if (bytes === undefined) throw new HoldfastError('STORE_CORRUPT', { path: source.path, detail: `row ${place.key} is missing` });
    return bytes;
  };

export const listOf = (source: Source, deal: DealId, number: bigint): Promise<SectorTree | undefined> =>
  lists.at(deal, number).read(source);

/** The sectors of a list, in order; none if it is not kept. */
export async function* sectorsIn(source: Source, deal: DealId, number: bigint): AsyncGenerator<SectorRef> {
  const tree = await listOf(source, deal, number);
  if (tree !== undefined) for await (const page of pagesFrom(nodeReader(source, deal), tree)) yield* page;
}

const wholeOf = async (source: Source, deal: DealId, number: bigint): Promise<SectorRef[]> => {
  const sectors: SectorRef[] = [];
  for await (const sector of sectorsIn(source, deal, number)) sectors.push(sector);
  return sectors;
};

/** How often list `number` names `root`, or where rows are damaged any list: `kept` are the numbers of all lists of the deal, `waiting` how often something else names it. */
export const timesNamed = async (
  source: Source,
  deal: DealId,
  { number, root, kept, waiting }: { number: bigint; root: Hash; kept: readonly bigint[]; waiting: number },
): Promise<number> => {
  const counted = ((await naming.at(root, deal).read(source))?.count ?? 0) - waiting;
  if (counted <= 0 || kept.length === 1) return counted;
  const changes = await readChanges(source, deal, kept);
  return areWhole(changes, kept) ? timesIn(changes, number, root, counted) : counted;
};

/** What `read` gives; undefined where its rows are damaged: what they alone knew stays where it is, and what is left goes on. */
const ifWhole = async <Value>(read: () => Promise<Value>): Promise<Value | undefined> => {
  try {
    return await read();
  } catch (error) {
    if (isHoldfastError(error, 'STORE_CORRUPT')) return undefined;
    throw error;
  }
};

const readChanges = async (source: Source, deal: DealId, numbers: readonly bigint[]): Promise<ListChanges> => {
  const changes: ListChanges = new Map();
  for (const number of numbers) {
    const change = await ifWhole(() => changesOf.at(deal, number).read(source));
    if (change !== undefined) changes.set(number, change);
  }
  return changes;
};

/** Whether the changes of all lists that are kept are there, and of those that these came of. */
const areWhole = (changes: ListChanges, kept: readonly bigint[]): boolean => changes.size === kept.length && isOneTree(basesOf(changes));

/** Where a batch changes the lists of one deal. */
export interface ListDraft {
  readonly draft: Draft;
  readonly tally: NamingTally;
  readonly deal: DealId;
  /** Numbers of the lists that the deal has, ascending. */
  readonly kept: readonly bigint[];
}

const putList = ({ draft, tally, deal }: ListDraft, number: bigint, edit: TreeEdit, change: ListChange): void => {
  draft.put(
    lists.at(deal, number).put(edit.tree),
    changesOf.at(deal, number).put(change),
    ...edit.nodes.map((node) => nodeAt(deal, node).put(node.bytes)),
  );
  tally.add(change.appended, 1);
};

/** Adds a list that came of one that is kept, or of nothing. Of which others it came counts for nothing once they are gone. */
export const addGrown = async (at: ListDraft, number: bigint, { base, change, edit }: SectorGrowth): Promise<void> => {
  if (base === 0n && at.kept.length > 0) return addBeside(at, number, edit, change.append);
  putList(at, number, edit, { base, removed: edit.removed, appended: change.append });
};

/** Adds a list from nothing. */
export const addWhole = async (at: ListDraft, number: bigint, sectors: readonly SectorRef[]): Promise<void> =>
  addBeside(at, number, await treeOf(sectors, number), sectors);

/** Of the lists of a deal one came of the other: one that did not counts as if it had come of the newest. */
const addBeside = async (at: ListDraft, number: bigint, edit: TreeEdit, sectors: readonly SectorRef[]): Promise<void> => {
  const base = at.kept.at(-1) ?? 0n;
  const before = (await ifWhole(() => wholeOf(at.draft, at.deal, base))) ?? [];
  putList(at, number, edit, { base, removed: without(before, sectors), appended: without(sectors, before) });
};

/** Drops lists, and the nodes that no other list has. */
export const dropLists = async (at: ListDraft, numbers: readonly bigint[]): Promise<void> => {
  const { draft, tally, deal, kept } = at;
  const changes = await readChanges(draft, deal, kept);
  const rows = new Map(changes);
  // Otherwise roots stay named that nothing names, and never the other way round.
  const isWhole = areWhole(changes, kept);
  const trees = new Map<bigint, SectorTree>();
  for (const number of kept) {
    const tree = await ifWhole(() => listOf(draft, deal, number));
    if (tree !== undefined) trees.set(number, tree);
  }
  for (const number of [...numbers].sort((a, b) => (a < b ? 1 : -1))) {
    const { gone, again } = await forgetList(changes, number, async () => (await ifWhole(() => wholeOf(draft, deal, number))) ?? []);
    if (isWhole) tally.add(gone, -1);
    if (isWhole) tally.add(again, 1);
    const tree = trees.get(number);
    trees.delete(number);
    const own = tree && (await ifWhole(() => ownNodes(nodeReader(draft, deal), tree, [...trees.values()])));
    draft.put(...(own ?? []).map((name) => nodeAt(deal, name).drop));
    draft.put(lists.at(deal, number).drop, changesOf.at(deal, number).drop);
  }
  for (const [number, change] of changes) if (rows.get(number) !== change) draft.put(changesOf.at(deal, number).put(change));
};
