import { setImmediate as turn } from 'node:timers/promises';
import type { SectorRef } from '../../core/data/data-set.js';
import { editTree, requireIndices, type TreeEdit } from '../../core/data/edit-tree.js';
import { emptyTree, pagesFrom, type ReadNode, type SectorTree } from '../../core/data/sector-tree.js';
import type { SectorTotals } from '../../core/market/revision.js';
import { leaves, type DealId, type Hash } from '../../core/units.js';
import type { SignRequest } from '../../ports/link.js';
import type { ProviderJournal } from '../../ports/journal.js';
import type { SectorStore } from '../../ports/sector-store.js';

export interface ChangeReaderOptions {
  readonly journal: Pick<ProviderJournal, 'tree' | 'node' | 'holds' | 'timesNamed'>;
  readonly store: Pick<SectorStore, 'absent'>;
}

/** What the sectors of a change are found to be. */
export interface FoundSectors {
  /** Of those that it adds, those that are on disk and held for the deal. */
  readonly held: ReadonlySet<Hash>;
  /** One that it leaves named, and that is lost. */
  readonly lost: Hash | undefined;
}

/** A change that was carried out, and of which set. */
export interface CarriedOut {
  readonly base: SectorTree;
  readonly counted: Omit<SectorTotals, 'root'>;
  readonly edit: TreeEdit;
}

/** Reads what a requested change works on: as much as it changes, however much the deal has. What was `made` of the same set is not made again. */
export interface ChangeReader {
  /** Whether so many sectors move that nobody is to wait until their tree is made. */
  isLarge(deal: DealId, request: SignRequest): Promise<boolean>;
  /** What it makes, by counting. CHANGE_INVALID. */
  count(deal: DealId, request: SignRequest, made?: CarriedOut): Promise<Omit<SectorTotals, 'root'>>;
  /** Makes the tree after it; `counted` is what {@link ChangeReader.count} found. */
  carryOut(deal: DealId, request: SignRequest, counted: CarriedOut['counted'], made?: CarriedOut): Promise<CarriedOut>;
  /** Looks for what it adds, and whether one of the deal's `lost` is named after it. */
  lookFor(deal: DealId, request: SignRequest, lost: ReadonlySet<Hash>): Promise<FoundSectors>;
}

/** Sectors that may move while others wait: hashing their tree takes about a millisecond. */
const LARGE = 4_096;

const isSame = (one: SectorTree, other: SectorTree): boolean =>
  one.root === other.root && one.version === other.version && one.sectors === other.sectors && one.leaves === other.leaves;

const sumOf = (sectors: readonly SectorRef[]): number => sectors.reduce((sum, each) => sum + each.leaves, 0);

export const createChangeReader = ({ journal, store }: ChangeReaderOptions): ChangeReader => {
  const baseOf = async (deal: DealId, base: bigint): Promise<SectorTree> => (await journal.tree(deal, base)) ?? emptyTree;
  const readOf =
    (deal: DealId): ReadNode =>
    (name) =>
      journal.node(deal, name);

  /** The sectors that the change takes out. */
  const removedBy = async (deal: DealId, { base, change: { remove } }: SignRequest): Promise<SectorRef[]> => {
    const [first] = remove;
    if (first === undefined) return [];
    const [gone, last, found] = [new Set(remove), remove.at(-1) as number, [] as SectorRef[]];
    let index = first;
    for await (const page of pagesFrom(readOf(deal), await baseOf(deal, base), first)) {
      for (const sector of page) if (gone.has(index++)) found.push(sector);
      if (index > last) break;
    }
    return found;
  };

  const firstLost = async (deal: DealId, request: SignRequest, lost: ReadonlySet<Hash>): Promise<Hash | undefined> => {
    const removed = lost.size === 0 ? [] : await removedBy(deal, request);
    for (const root of lost) {
      if (!(await journal.holds(deal, root))) continue;
      const taken = removed.filter((sector) => sector.root === root).length;
      if ((await journal.timesNamed(deal, request.base, root)) > taken) return root;
    }
    return undefined;
  };

  return {
    isLarge: async (deal, { base, change: { remove, append } }) => {
      const { sectors } = await baseOf(deal, base);
      return sectors - (remove[0] ?? sectors) + append.length > LARGE;
    },
    count: async (deal, request, made) => {
      const { remove, append } = request.change;
      const base = await baseOf(deal, request.base);
      if (made !== undefined && isSame(made.base, base)) return made.counted;
      requireIndices(remove, base.sectors);
      const removed = sumOf(await removedBy(deal, request));
      return { sectors: base.sectors - remove.length + append.length, leaves: leaves(base.leaves - removed + sumOf(append)) };
    },
    carryOut: async (deal, request, counted, made) => {
      const base = await baseOf(deal, request.base);
      if (made !== undefined && isSame(made.base, base)) return made;
      const { change, revision } = request;
      return { base, counted, edit: await editTree({ read: readOf(deal), base, change, version: revision.number, turn }) };
    },
    lookFor: async (deal, request, lost) => {
      const wanted = new Set(request.change.append.map(({ root }) => root));
      const here: Hash[] = [];
      for (const root of wanted) if (await journal.holds(deal, root)) here.push(root);
      const held = new Set(here);
      for (const root of await store.absent(here)) held.delete(root);
      return { held, lost: await firstLost(deal, request, lost) };
    },
  };
};
