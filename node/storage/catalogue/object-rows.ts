import { shardLeaves } from '../../core/data/slab.js';
import type { StampOf } from '../../ports/catalogue-pages.js';
import type { Crate, CratedObject, CratePart, ObjectRecord, SlabRecord } from '../../ports/catalogue.js';
import { catalogueSpaces } from '../layout.js';
import type { RowChange, Rows } from '../rows/rows.js';
import type { ChangeBatch, ChangeLog } from './change-log.js';
import { createLeaving, isSamePlace, type Leaving } from './crate-rows.js';
import { placeChanges, placeDrops, type SlabPlace } from './place-rows.js';

const {
  object: objects,
  crate: crates,
  slab: slabs,
  part: parts,
  use: uses,
  holed,
  name: names,
  content: contents,
  placing,
} = catalogueSpaces;

/** Under which keys an object is found. */
const indexRows = (object: ObjectRecord | undefined): ReadonlyMap<string, { readonly put: RowChange; readonly drop: RowChange }> => {
  if (object === undefined) return new Map();
  const { id, name, storedAt, sha256, state } = object;
  const found = [
    names.at(name, storedAt, id),
    ...(sha256 === undefined ? [] : [contents.at(sha256, id)]),
    ...(state === 'placing' ? [placing.at(id)] : []),
  ];
  return new Map(found.map((place) => [place.key, { put: place.put(), drop: place.drop }]));
};

/** What of the keys that lead to an object is new or other. */
export const indexChanges = (before: ObjectRecord | undefined, after: ObjectRecord | undefined): RowChange[] => {
  const [old, fresh] = [indexRows(before), indexRows(after)];
  return [
    ...[...old].flatMap(([key, { drop }]) => (fresh.has(key) ? [] : [drop])),
    ...[...fresh].flatMap(([key, { put }]) => (old.has(key) ? [] : [put])),
  ];
};

/** One write in the making: its changes have numbers, and crates are counted. */
export interface Writing {
  readonly rows: Rows;
  readonly batch: ChangeBatch;
  readonly leaving: Leaving;
}

export const slabChanges = async (
  { rows, batch, leaving }: Writing,
  place: SlabPlace,
  slab: SlabRecord | undefined,
): Promise<RowChange[]> => {
  const { owner, index } = place;
  const row = slabs.at(owner, index);
  const former = await row.read(rows);
  if (former !== undefined && !isSamePlace(former.value.within, slab?.within)) leaving.leave(former.value);
  if (slab === undefined) {
    if (former !== undefined) batch.forget(former.number);
    return [row.drop, ...placeDrops(former?.value.shards ?? [])];
  }
  const number = batch.next({ kind: 'slab', object: owner, index }, former?.number);
  return [row.put({ number, value: slab }), ...placeChanges(place, former?.value, slab.within ? undefined : slab)];
};

const objectChanges = async ({ rows, batch }: Writing, object: ObjectRecord): Promise<RowChange[]> => {
  const row = objects.at(object.id);
  const former = await row.read(rows);
  const number = batch.next({ kind: 'object', object: object.id }, former?.number);
  return [row.put({ number, value: object }), ...indexChanges(former?.value, object)];
};

/** Lets `make` say what changes, and writes that at once. */
export const writeAll = async (
  rows: Rows,
  log: ChangeLog,
  make: (writing: Writing) => Promise<readonly RowChange[]>,
  stampOf?: StampOf,
): Promise<void> => {
  const writing = { rows, batch: await log.begin(stampOf), leaving: createLeaving(rows) };
  const changes = await make(writing);
  await rows.write([...changes, ...(await writing.leaving.rows(writing.batch)), ...writing.batch.rows()]);
};

/** Puts objects in the place of what was there, without their slabs. */
export const writeObjects = (rows: Rows, log: ChangeLog, all: readonly ObjectRecord[], stampOf?: StampOf): Promise<void> =>
  writeAll(
    rows,
    log,
    async (writing) => {
      const changes: RowChange[] = [];
      for (const object of all) changes.push(...(await objectChanges(writing, object)));
      return changes;
    },
    stampOf,
  );

/** Puts an object and some of its slabs in the place of what was there. */
export const writeObject = (
  rows: Rows,
  log: ChangeLog,
  object: ObjectRecord,
  changed: ReadonlyMap<number, SlabRecord | undefined>,
  stampOf?: StampOf,
): Promise<void> =>
  writeAll(
    rows,
    log,
    async (writing) => {
      const changes: RowChange[] = [];
      for (const [index, slab] of changed) changes.push(...(await slabChanges(writing, { owner: object.id, index }, slab)));
      return [...changes, ...(await objectChanges(writing, object))];
    },
    stampOf,
  );

/** Puts slabs in the place of those that are there, and leaves those that are not. */
export const rewriteSlabs = (
  rows: Rows,
  log: ChangeLog,
  id: string,
  moved: ReadonlyMap<number, SlabRecord>,
  stampOf?: StampOf,
): Promise<void> =>
  writeAll(
    rows,
    log,
    async (writing) => {
      const owner = (await objects.at(id).read(rows)) ?? (await crates.at(id).read(rows));
      const changes: RowChange[] = [];
      for (const [index, slab] of owner ? moved : [])
        if (await slabs.at(id, index).read(rows)) changes.push(...(await slabChanges(writing, { owner: id, index }, slab)));
      return changes;
    },
    stampOf,
  );

/** What lies in a slab of a crate from now on. */
const cratedChanges = async (writing: Writing, crate: Crate, slab: number, crated: readonly CratedObject[]): Promise<RowChange[]> => {
  const changes: RowChange[] = [];
  let used = 0;
  for (const { object, length, sha256, from } of crated) {
    const within = { crate: crate.id, slab, from };
    changes.push(...(await slabChanges(writing, { owner: object.id, index: 0 }, { length, sha256, shards: [], within })));
    changes.push(...(await objectChanges(writing, object)), parts.at(crate.id, slab, from).put({ from, object: object.id, length }));
    used += shardLeaves(length, crate.k);
  }
  return [...changes, uses.at(crate.id, slab).put(used)];
};

/** What lies no more in a slab of a crate, and whose place nothing else takes. */
const goneChanges = ({ id }: Crate, slab: number, gone: readonly CratePart[]): RowChange[] => [
  ...gone.map((part) => parts.at(id, slab, part.from).put(part)),
  ...(gone.length > 0 ? [holed.at(id, slab).put()] : []),
];

/** A crate, and some of its slabs, in the place of what was there. */
export const crateChanges = async (writing: Writing, crate: Crate, changed: ReadonlyMap<number, SlabRecord>): Promise<RowChange[]> => {
  const row = crates.at(crate.id);
  const former = await row.read(writing.rows);
  const number = writing.batch.next({ kind: 'crate', object: crate.id }, former?.number);
  const value = { ...crate, slabs: Math.max(crate.slabs, former?.value.slabs ?? 0) };
  const changes: RowChange[] = [row.put({ number, value })];
  for (const [index, slab] of changed) changes.push(...(await slabChanges(writing, { owner: crate.id, index }, slab)));
  return changes;
};

/** Of slabs of a crate by index: what is known of them, and of those that are new what lies in them and what does no more. */
export interface CrateChange {
  readonly slabs: ReadonlyMap<number, SlabRecord>;
  readonly crated: ReadonlyMap<number, readonly CratedObject[]>;
  readonly gone: ReadonlyMap<number, readonly CratePart[]>;
}

/** Puts a crate, some of its slabs, and what lies in those that are new, in the place of what was there. */
export const writeCrate = (rows: Rows, log: ChangeLog, crate: Crate, change: CrateChange, stampOf?: StampOf): Promise<void> =>
  writeAll(
    rows,
    log,
    async (writing) => {
      const changes = await crateChanges(writing, crate, change.slabs);
      for (const [index, objects] of change.crated) changes.push(...(await cratedChanges(writing, crate, index, objects)));
      for (const [index, gone] of change.gone) changes.push(...goneChanges(crate, index, gone));
      return changes;
    },
    stampOf,
  );
