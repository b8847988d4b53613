import type { DealId, Hash } from '../../core/units.js';
import type { StampOf } from '../../ports/catalogue-pages.js';
import type { Crate, CratePart, ObjectRecord, CratedObject, SlabRecord, StoredObject } from '../../ports/catalogue.js';
import type { PackedSlab, PageEntry } from '../pages/page-entries.js';
import { newestChanges, type NewestChange, type ToldPage } from './newest-changes.js';

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
  /** Ids of what was deleted. */
  readonly deleted: readonly string[];
  /** What of each thing counts comes of which change. */
  readonly stampOf: StampOf;
  /** The highest number of a change. */
  readonly last: number;
}

type Numbered<Kind extends PageEntry['kind']> = Extract<PageEntry, { readonly kind: Kind }>;

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
  readonly objects: readonly (Numbered<'object'> & Pick<NewestChange, 'places'>)[];
  readonly crates: ReadonlyMap<string, Crate>;
  /** By owner, then index. */
  readonly slabs: ReadonlyMap<string, ReadonlyMap<number, Numbered<'slab'>>>;
  readonly deleted: readonly string[];
  readonly last: number;
}

const sortOut = (known: ReadonlyMap<string, NewestChange>): Sorted => {
  const objects: Sorted['objects'][number][] = [];
  const crates = new Map<string, Crate>();
  const slabs = new Map<string, Map<number, Numbered<'slab'>>>();
  const deleted: string[] = [];
  let last = 0;
  for (const { entry, places } of known.values()) {
    last = Math.max(last, entry.number);
    if (entry.kind === 'object') objects.push({ ...entry, places });
    if (entry.kind === 'crate') crates.set(entry.crate.id, entry.crate);
    if (entry.kind === 'deleted') deleted.push(entry.owner);
    if (entry.kind === 'slab')
      slabs.set(entry.owner, (slabs.get(entry.owner) ?? new Map<number, Numbered<'slab'>>()).set(entry.index, entry));
  }
  return { objects, crates, slabs, deleted, last };
};

/** Where an object is read from. */
interface Lying {
  readonly slabs: ReadonlyMap<number, SlabRecord>;
  readonly packed?: PackedSlab | undefined;
}

/** The places that an object may be read from, the likeliest first: what lies in crates is moved into newer ones alone. None where not all is told. */
const placesOf = ({ object, packed, places }: Sorted['objects'][number], { slabs, crates }: Sorted): readonly Lying[] => {
  if (packed) {
    const made = ({ within: { crate } }: PackedSlab): number => crates.get(crate)?.storedAt ?? 0;
    return places
      .toSorted((a, b) => made(b) - made(a))
      .flatMap((one): Lying[] => {
        const { crate, slab } = one.within;
        const shared = crates.has(crate) ? slabs.get(crate)?.get(slab)?.slab : undefined;
        return shared ? [{ slabs: new Map([[0, shared]]), packed: one }] : [];
      });
  }
  const own = slabs.get(object.id);
  const found = new Map<number, SlabRecord>();
  for (let index = 0; index < object.slabs; index++) {
    const slab = own?.get(index)?.slab;
    if (!slab) return [];
    found.set(index, slab);
  }
  return [{ slabs: found }];
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
  const known = newestChanges(pages);
  const sorted = sortOut(known);
  const stampOf: StampOf = (owner, slab) => {
    const { machine, entry } = known.get(slab === undefined ? owner : `${owner} ${slab}`) ?? known.get(owner) ?? {};
    return entry && machine !== undefined ? { machine, number: entry.number } : undefined;
  };
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
  /** The first of the places that may be read, or else the first that perhaps may. */
  const bestOf = async (places: readonly Lying[], k: number) => {
    let best: { readonly lying: Lying; readonly standing: Standing } | undefined;
    for (const lying of places) {
      const standing = await standingOfAll(lying.slabs, k);
      if (standing === 'readable') return { lying, standing };
      if (!best || best.standing === 'gone') best = { lying, standing };
    }
    return best;
  };
  for (const entry of sorted.objects) {
    const { object } = entry;
    const stored = storedOf(object);
    const found = await bestOf(placesOf(entry, sorted), object.k);
    if (object.state === 'placing' && (!stored || found?.standing !== 'readable')) unfinished.push(object);
    else if (!stored || !found || found.standing === 'gone') gone.push(object);
    else {
      const { packed, slabs } = found.lying;
      if (found.standing === 'uncertain') uncertain.push(object);
      if (!packed) objects.push({ object: stored, slabs });
      else {
        const key = `${packed.within.crate} ${packed.within.slab}`;
        const inIt = packedIn.get(key) ?? [];
        inIt.push(packedOf(stored, packed));
        packedIn.set(key, inIt);
      }
    }
  }
  return {
    ...{ crates: cratesWith(packedIn, sorted), objects, unfinished, gone, uncertain, stampOf },
    deleted: sorted.deleted,
    last: sorted.last,
  };
};
