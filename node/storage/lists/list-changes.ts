import type { SectorRef } from '../../core/data/data-set.js';
import type { Hash } from '../../core/units.js';
import type { ListChange } from '../rows/row-formats.js';

/** Changes of the lists that a deal keeps, by number. */
export type ListChanges = Map<bigint, ListChange>;

/** `sectors` without those of `others`, each as often as it is there. Their order counts for nothing. */
export const without = (sectors: readonly SectorRef[], others: readonly SectorRef[]): SectorRef[] => {
  const left = new Map<Hash, number>();
  for (const { root } of others) left.set(root, (left.get(root) ?? 0) + 1);
  return sectors.filter(({ root }) => {
    const count = left.get(root) ?? 0;
    if (count > 0) left.set(root, count - 1);
    return count === 0;
  });
};

/** What forgetting a list does to the namings of its deal. */
export interface ForgottenList {
  readonly gone: readonly SectorRef[];
  readonly again: readonly SectorRef[];
}

/**
 * Forgets list `number`, so that those that came of it come of the one before. All lists kept make a tree whose first is whole; the others
 * name, beside those before them, what was appended. `whole` gives the sectors of the list, of the last of its tree.
 */
export const forgetList = async (
  changes: ListChanges,
  number: bigint,
  whole: () => Promise<readonly SectorRef[]>,
): Promise<ForgottenList> => {
  const old = changes.get(number);
  if (old === undefined) return { gone: [], again: [] };
  changes.delete(number);
  const children = [...changes].filter(([, { base }]) => base === number);
  if (changes.has(old.base)) return { gone: old.appended, again: children.flatMap((child) => rebase(changes, old, child)) };
  const [first, ...others] = children;
  if (first === undefined) return { gone: await whole(), again: [] };
  changes.set(first[0], { ...first[1], base: old.base });
  return { gone: first[1].removed, again: others.flatMap((other) => adopt(changes, first, other)) };
};

/** A list that came of `old` comes of the one before that; what it keeps of it counts as its own. */
const rebase = (changes: ListChanges, old: ListChange, [number, child]: readonly [bigint, ListChange]): SectorRef[] => {
  const kept = without(old.appended, child.removed);
  const removed = [...old.removed, ...without(child.removed, old.appended)];
  changes.set(number, { base: old.base, removed, appended: [...kept, ...child.appended] });
  return kept;
};

/** Of two lists that came of the same, the second comes of the first; what only that took out counts as its own. */
const adopt = (
  changes: ListChanges,
  [base, first]: readonly [bigint, ListChange],
  [number, other]: readonly [bigint, ListChange],
): SectorRef[] => {
  const kept = without(first.removed, other.removed);
  const removed = [...first.appended, ...without(other.removed, first.removed)];
  changes.set(number, { base, removed, appended: [...other.appended, ...kept] });
  return kept;
};

const times = (sectors: readonly SectorRef[], root: Hash): number => sectors.filter((sector) => sector.root === root).length;

/** How often list `number` names `root`, of which all lists together count `counted`. */
export const timesIn = (changes: ReadonlyMap<bigint, ListChange>, number: bigint, root: Hash, counted: number): number => {
  let sum = counted;
  for (const { base, appended } of changes.values()) if (changes.has(base)) sum -= times(appended, root);
  for (let at = changes.get(number); at !== undefined && changes.has(at.base); at = changes.get(at.base))
    sum += times(at.appended, root) - times(at.removed, root);
  return sum;
};

/**
 * Whether the lists are one tree: one is whole, which came of nothing, and each other one came of it, or of one that did. Otherwise the rows of
 * one between them are gone, and what they say counts for nothing.
 */
export const isOneTree = (bases: ReadonlyMap<bigint, bigint>): boolean => {
  if ([...bases.values()].filter((base) => base === 0n).length !== 1) return bases.size === 0;
  const sound = new Set([0n]);
  const reaches = (number: bigint): boolean => {
    const way: bigint[] = [];
    for (let at: bigint | undefined = number; at !== undefined && !sound.has(at); at = bases.get(at)) {
      if (way.length > bases.size) return false;
      way.push(at);
      if (!bases.has(at)) return false;
    }
    for (const at of way) sound.add(at);
    return true;
  };
  return [...bases.keys()].every(reaches);
};

/** What each list came of. */
export const basesOf = (changes: ReadonlyMap<bigint, ListChange>): Map<bigint, bigint> =>
  new Map([...changes].map(([number, { base }]) => [number, base]));
