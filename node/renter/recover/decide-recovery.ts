import type { DealId, Hash } from '../../core/units.js';
import type { Crate, CratePart, ObjectRecord, CratedObject, SlabRecord, StoredObject } from '../../ports/catalogue.js';
import type { PackedSlab, PageEntry } from '../pages/page-entries.js';

/** What one catalogue told. */
export interface ToldPage {
  readonly machine: string;
  readonly entries: readonly PageEntry[];
}

/** Whether a deal names a sector; unknown where nobody lists the deal's sectors now. */
export type Naming = 'named' | 'absent' | 'unknown';
export type NamingOf = (deal: DealId, root: Hash) => Promise<Naming>;

/** A slab of a crate, and what lies in it: what is not recovered keeps its place, since the others' shards are made anew with it. */
export interface RecoveredCrateSlab {
  readonly index: number;
  readonly slab: SlabRecord;
  readonly parts: readonly CratePart[];
  readonly packed: readonly CratedObject[];
}

export interface RecoveredCrate {
  readonly crate: Crate;
  readonly slabs: readonly RecoveredCrateSlab[];
}

export interface RecoveredObject {
  readonly object: StoredObject;
  readonly slabs: ReadonlyMap<number, SlabRecord>;
}

/** What pages come to. */
export interface RecoveredState {
  readonly crates: readonly RecoveredCrate[];
  readonly objects: readonly RecoveredObject[];
  /** Objects that were being stored when the pages were made, and of which not all was in its place: they are left out. */
  readonly unfinished: readonly ObjectRecord[];
  /** Stored once, and no deal has enough of them any more: they are left out where nothing of them is left anywhere. */
  readonly gone: readonly ObjectRecord[];
  /** Stored, with fewer shards named than it takes, and more in deals that nobody lists now. */
  readonly uncertain: readonly ObjectRecord[];
  /** The highest number of a change. */
  readonly last: number;
}

type Numbered<Kind extends PageEntry['kind']> = Extract<PageEntry, { readonly kind: Kind }>;

/** The newest of each thing: by number, and of two catalogues that gave the same number by who they are. */
const newest = (pages: readonly ToldPage[]): ReadonlyMap<string, PageEntry> => {
  const known = new Map<string, { readonly entry: PageEntry; readonly machine: string }>();
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
  for (const { machine, entries } of pages)
    for (const entry of entries) {
      const key = keyOf(entry);
      const former = known.get(key);
      const isLater = !former || entry.number > former.entry.number || (entry.number === former.entry.number && machine > former.machine);
      if (isLater) known.set(key, { entry, machine });
    }
  return new Map([...known].map(([key, { entry }]) => [key, entry]));
};

/** How many shards of the slab are named, and how many may be. */
const countShards = async ({ shards }: SlabRecord, namingOf: NamingOf): Promise<{ readonly named: number; readonly possible: number }> => {
  let [named, possible] = [0, 0];
  for (const { deal, sector } of shards) {
    const naming = await namingOf(deal, sector.root);
    if (naming === 'named') named += 1;
    if (naming !== 'absent') possible += 1;
  }
  return { named, possible };
};

/** Of an object: whether it may be read, by its slab that has the fewest shards. */
type Standing = 'readable' | 'uncertain' | 'gone';

const standingOf = async (slabs: Iterable<SlabRecord>, k: number, namingOf: NamingOf): Promise<Standing> => {
  let standing: Standing = 'readable';
  for (const slab of slabs) {
    const { named, possible } = await countShards(slab, namingOf);
    if (possible < k) return 'gone';
    if (named < k) standing = 'uncertain';
  }
  return standing;
};

const storedOf = (object: ObjectRecord): StoredObject | undefined =>
  object.sha256 === undefined ? undefined : { ...object, sha256: object.sha256, state: 'stored' };

interface Sorted {
  readonly objects: readonly Numbered<'object'>[];
  readonly crates: ReadonlyMap<string, Crate>;
  /** By owner, then index. */
  readonly slabs: ReadonlyMap<string, ReadonlyMap<number, Numbered<'slab'>>>;
  readonly last: number;
}

const sortOut = (entries: ReadonlyMap<string, PageEntry>): Sorted => {
  const objects: Numbered<'object'>[] = [];
  const crates = new Map<string, Crate>();
  const slabs = new Map<string, Map<number, Numbered<'slab'>>>();
  let last = 0;
  for (const entry of entries.values()) {
    last = Math.max(last, entry.number);
    if (entry.kind === 'object') objects.push(entry);
    if (entry.kind === 'crate') crates.set(entry.crate.id, entry.crate);
    if (entry.kind !== 'slab') continue;
    const own = slabs.get(entry.owner) ?? new Map<number, Numbered<'slab'>>();
    slabs.set(entry.owner, own.set(entry.index, entry));
  }
  return { objects, crates, slabs, last };
};

/** The slabs that an object is read from; undefined where not all are told. */
const slabsOf = ({ object, packed }: Numbered<'object'>, { slabs, crates }: Sorted): ReadonlyMap<number, SlabRecord> | undefined => {
  if (packed) {
    const { crate, slab } = packed.within;
    const shared = crates.has(crate) ? slabs.get(crate)?.get(slab)?.slab : undefined;
    return shared && new Map([[0, shared]]);
  }
  const own = slabs.get(object.id);
  const found = new Map<number, SlabRecord>();
  for (let index = 0; index < object.slabs; index++) {
    const slab = own?.get(index)?.slab;
    if (!slab) return undefined;
    found.set(index, slab);
  }
  return found;
};

const packedOf = (object: StoredObject, { length, sha256, within: { from } }: PackedSlab): CratedObject => ({
  object,
  length,
  sha256,
  from,
});

/** The crates in the order in which they were made, each with what is left in it. */
const cratesWith = (packed: ReadonlyMap<string, readonly CratedObject[]>, { crates, slabs }: Sorted): RecoveredCrate[] =>
  [...crates.values()]
    .toSorted((a, b) => a.storedAt - b.storedAt || (a.id < b.id ? -1 : 1))
    .flatMap((crate) => {
      const own = [...(slabs.get(crate.id) ?? [])].flatMap(([index, { slab, parts }]): RecoveredCrateSlab[] => {
        const inIt = packed.get(`${crate.id} ${index}`) ?? [];
        return inIt.length === 0 ? [] : [{ index, slab, parts, packed: inIt }];
      });
      return own.length === 0 ? [] : [{ crate, slabs: own }];
    });

/**
 * Pure but for asking which sectors are named: what the pages of all catalogues of a wallet come to. The later change of a thing counts. What was told
 * as being stored counts as stored where enough of each of its slabs is named; what was told as stored, wherever it may be read yet.
 */
export const decideRecovery = async (pages: readonly ToldPage[], namingOf: NamingOf): Promise<RecoveredState> => {
  const sorted = sortOut(newest(pages));
  const objects: RecoveredObject[] = [];
  const packedIn = new Map<string, CratedObject[]>();
  const [unfinished, gone, uncertain]: [ObjectRecord[], ObjectRecord[], ObjectRecord[]] = [[], [], []];
  const standings = new Map<SlabRecord, Standing>();
  const standingOfAll = async (slabs: ReadonlyMap<number, SlabRecord>, k: number): Promise<Standing> => {
    const [one] = slabs.values();
    if (slabs.size !== 1 || !one) return standingOf(slabs.values(), k, namingOf);
    const standing = standings.get(one) ?? (await standingOf([one], k, namingOf));
    standings.set(one, standing);
    return standing;
  };
  for (const entry of sorted.objects) {
    const { object, packed } = entry;
    const [stored, slabs] = [storedOf(object), slabsOf(entry, sorted)];
    const standing = slabs && (await standingOfAll(slabs, object.k));
    if (object.state === 'placing' && (!stored || standing !== 'readable')) unfinished.push(object);
    else if (!stored || !slabs || standing === 'gone') gone.push(object);
    else {
      if (standing === 'uncertain') uncertain.push(object);
      if (!packed) objects.push({ object: stored, slabs });
      else {
        const key = `${packed.within.crate} ${packed.within.slab}`;
        const inIt = packedIn.get(key) ?? [];
        inIt.push(packedOf(stored, packed));
        packedIn.set(key, inIt);
      }
    }
  }
  return { crates: cratesWith(packedIn, sorted), objects, unfinished, gone, uncertain, last: sorted.last };
};
