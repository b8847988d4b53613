import type { ChangeStamp } from '../../ports/catalogue-pages.js';
import type { PackedSlab, PageEntry } from '../pages/page-entries.js';

/** What one catalogue told. */
export interface ToldPage {
  readonly machine: string;
  readonly entries: readonly PageEntry[];
}

/** The newest change of a thing; of an object, also where others tell that it lies: it may have been renamed here and moved there. */
export interface NewestChange {
  readonly entry: PageEntry;
  readonly machine: string;
  readonly places: readonly PackedSlab[];
}

const keyOf = (entry: PageEntry): string => {
  switch (entry.kind) {
    case 'object':
      return entry.object.id;
    case 'crate':
      return entry.crate.id;
    case 'slab':
      return `${entry.owner} ${entry.index}`;
    case 'deleted':
      return entry.owner;
  }
};

/** Pure: whether a change is later than another of the same thing; later than none is any. */
export const isLater = (one: ChangeStamp, other: ChangeStamp | undefined): boolean =>
  !other || one.number > other.number || (one.number === other.number && one.machine > other.machine);

/** The newest of each thing: by number, and of two catalogues that gave the same number by who they are. Ids are not given again, so what was deleted stays so. */
export const newestChanges = (pages: readonly ToldPage[]): ReadonlyMap<string, NewestChange> => {
  const known = new Map<string, NewestChange>();
  for (const { machine, entries } of pages)
    for (const entry of entries) {
      const key = keyOf(entry);
      const former = known.get(key);
      const own = entry.kind === 'object' && entry.packed ? [entry.packed] : [];
      const places = former ? [...former.places, ...own] : own;
      const [wasDeleted, isDeleted] = [former?.entry.kind === 'deleted', entry.kind === 'deleted'];
      const stamp = { machine, number: entry.number };
      const counts =
        wasDeleted === isDeleted ? isLater(stamp, former && { machine: former.machine, number: former.entry.number }) : isDeleted;
      if (counts || !former) known.set(key, { entry, machine, places });
      else if (own.length > 0) known.set(key, { ...former, places });
    }
  return known;
};
