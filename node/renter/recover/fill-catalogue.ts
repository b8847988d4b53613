import type { Catalogue, CratedObject, ObjectRecord, StoredObject } from '../../ports/catalogue.js';
import type { ChangeStamp, StampOf } from '../../ports/catalogue-pages.js';
import type { RecoveredCrate, RecoveredCrateSlab, RecoveredObject, RecoveredState } from './decide-recovery.js';
import { isLater } from './newest-changes.js';

/** What was written that was not there. */
export interface Filled {
  readonly objects: number;
  /** Plaintext bytes of these. */
  readonly bytes: number;
}

export interface FillOptions {
  readonly signal?: AbortSignal | undefined;
  readonly report: (filled: Filled) => void;
  /** A catalogue whose changes count as this one's own: it tells them again. */
  readonly own?: string | undefined;
}

/** What is written where, and what was deleted here. */
interface Filling {
  readonly catalogue: Catalogue;
  readonly state: RecoveredState;
  /** Under which stamps it is recorded. */
  readonly recorded: StampOf;
  readonly deleted: ReadonlySet<string>;
}

/** Whether what the pages tell of a thing is later than what the catalogue has of it. */
const isNews = async ({ catalogue, state: { stampOf } }: Filling, owner: string, slab?: number): Promise<boolean> =>
  isLater(stampOf(owner, slab) as ChangeStamp, await catalogue.stamp(owner, slab));

/** What of a crate's slab is to be written, and what of that the catalogue has nowhere. */
interface Lacking {
  readonly crated: readonly CratedObject[];
  readonly fresh: readonly StoredObject[];
}

/** Of what lies in a crate's slab that the catalogue lacks. What was moved since stays where it is. Looks each up once, by its id. */
const lackingIn = async (filling: Filling, { packed }: RecoveredCrateSlab): Promise<Lacking> => {
  const { catalogue, state, deleted } = filling;
  const crated: CratedObject[] = [];
  const fresh: StoredObject[] = [];
  for (const part of packed) {
    const { id } = part.object;
    if (deleted.has(id)) continue;
    const own = await catalogue.stamp(id);
    if (!own) {
      crated.push(part);
      fresh.push(part.object as StoredObject);
    } else if (isLater(state.stampOf(id) as ChangeStamp, await catalogue.stamp(id, 0))) {
      const object = isLater(state.stampOf(id) as ChangeStamp, own) ? part.object : await catalogue.object(id);
      if (object) crated.push({ ...part, object });
    }
  }
  return { crated, fresh };
};

/** Writes a crate's slab, what lies in it, and the places of what does no more, at once: interrupted, all of it is there or nothing. Gives back what was not there. */
const fillCrateSlab = async (filling: Filling, { crate }: RecoveredCrate, one: RecoveredCrateSlab): Promise<readonly StoredObject[]> => {
  const { catalogue, recorded } = filling;
  const { index, slab, parts, packed } = one;
  if (await catalogue.slab(crate.id, index)) {
    if (await isNews(filling, crate.id, index)) await catalogue.moveSlabs(crate.id, new Map([[index, slab]]), recorded);
    for (const { object } of packed) await renew(filling, object);
    return [];
  }
  const { crated, fresh } = await lackingIn(filling, one);
  if (crated.length === 0) return [];
  const live = new Set<number>(crated.map(({ from }) => from));
  const gone = parts.filter(({ from }) => !live.has(from));
  await catalogue.putCrate(crate, new Map([[index, slab]]), new Map([[index, crated]]), new Map([[index, gone]]), recorded);
  return fresh;
};

/** Takes over what another catalogue says of an object that is there: its name, above all. What is being put here is left alone. */
const renew = async (filling: Filling, object: ObjectRecord): Promise<void> => {
  const own = await filling.catalogue.object(object.id);
  if (own?.state === 'stored' && (await isNews(filling, object.id))) await filling.catalogue.putObjects([object], filling.recorded);
};

/** Gives back the object where it was not there. */
const fillObject = async (filling: Filling, { object, slabs }: RecoveredObject): Promise<StoredObject[]> => {
  const { catalogue, recorded, deleted } = filling;
  if (deleted.has(object.id)) return [];
  if (!(await catalogue.stamp(object.id))) {
    await catalogue.putObject(object, slabs, recorded);
    return [object];
  }
  await renew(filling, object);
  for (const [index, slab] of slabs)
    if (await isNews(filling, object.id, index)) await catalogue.moveSlabs(object.id, new Map([[index, slab]]), recorded);
  return [];
};

/**
 * Writes into the catalogue what it lacks of `state`, and the later of two changes of one thing. What was deleted stays deleted, whoever did it, and what
 * no page tells of stays as it is. Interrupted, it goes on where it was.
 */
export const fillCatalogue = async (catalogue: Catalogue, state: RecoveredState, { signal, report, own }: FillOptions): Promise<Filled> => {
  let filled: Filled = { objects: 0, bytes: 0 };
  const tell = (objects: readonly StoredObject[]): void => {
    if (objects.length === 0) return;
    filled = {
      objects: filled.objects + objects.length,
      bytes: objects.reduce((sum, { bytes }) => sum + bytes, filled.bytes),
    };
    report(filled);
  };
  // What is changed here from now on is later than all that is known.
  await catalogue.countFrom(state.last);
  const deleted = new Set<string>();
  for await (const id of catalogue.deletions()) deleted.add(id);
  const recorded: StampOf = (owner, slab) => {
    const stamp = state.stampOf(owner, slab);
    return stamp?.machine === own ? undefined : stamp;
  };
  const filling = { catalogue, state, recorded, deleted };
  for (const id of state.deleted) if (!deleted.has(id)) await catalogue.deleteObject(id, recorded);
  for (const one of state.crates)
    for (const slab of one.slabs) {
      signal?.throwIfAborted();
      tell(await fillCrateSlab(filling, one, slab));
    }
  for (const one of state.objects) {
    signal?.throwIfAborted();
    tell(await fillObject(filling, one));
  }
  return filled;
};
