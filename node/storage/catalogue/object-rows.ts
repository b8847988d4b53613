import type { ObjectRecord, ShardPlacement, SlabRecord } from '../../ports/catalogue.js';
import { catalogueSpaces } from '../layout.js';
import type { RowChange, Rows } from '../rows/rows.js';
import type { ChangeBatch, ChangeLog } from './change-log.js';

const { object: objects, slab: slabs, name: names, content: contents, placing, place: places, deleting } = catalogueSpaces;

/** Slabs that one write takes away. */
const SLABS_AT_ONCE = 256;

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
const indexChanges = (before: ObjectRecord | undefined, after: ObjectRecord | undefined): RowChange[] => {
  const [old, fresh] = [indexRows(before), indexRows(after)];
  return [
    ...[...old].flatMap(([key, { drop }]) => (fresh.has(key) ? [] : [drop])),
    ...[...fresh].flatMap(([key, { put }]) => (old.has(key) ? [] : [put])),
  ];
};

const lacks = (shards: readonly ShardPlacement[], { deal, sector, shard }: ShardPlacement): boolean =>
  !shards.some((other) => other.deal === deal && other.sector.root === sector.root && other.shard === shard);

/** Which slab of which object. */
interface SlabPlace {
  readonly object: string;
  readonly index: number;
}

/** What was placed, moved or given up. */
const placeChanges = ({ object, index }: SlabPlace, before?: SlabRecord, after?: SlabRecord): RowChange[] => {
  const [old, fresh] = [before?.shards ?? [], after?.shards ?? []];
  return [
    ...old.filter((one) => lacks(fresh, one)).map(({ deal, sector }) => places.at(deal, sector.root).drop),
    ...fresh
      .filter((one) => lacks(old, one))
      .map(({ deal, sector, shard }) => places.at(deal, sector.root).put({ object, slab: index, shard })),
  ];
};

const slabChanges = async (rows: Rows, batch: ChangeBatch, place: SlabPlace, slab: SlabRecord | undefined): Promise<RowChange[]> => {
  const { object, index } = place;
  const row = slabs.at(object, index);
  const former = await row.read(rows);
  if (slab === undefined) {
    if (former !== undefined) batch.forget(former.number);
    return [row.drop, ...placeChanges(place, former?.value)];
  }
  const number = batch.next({ kind: 'slab', object, index }, former?.number);
  return [row.put({ number, value: slab }), ...placeChanges(place, former?.value, slab)];
};

/** Puts an object and some of its slabs in the place of what was there. */
export const writeObject = async (
  rows: Rows,
  log: ChangeLog,
  object: ObjectRecord,
  changed: ReadonlyMap<number, SlabRecord | undefined>,
): Promise<void> => {
  const batch = await log.begin();
  const row = objects.at(object.id);
  const former = await row.read(rows);
  const changes: RowChange[] = [];
  for (const [index, slab] of changed) changes.push(...(await slabChanges(rows, batch, { object: object.id, index }, slab)));
  const number = batch.next({ kind: 'object', object: object.id }, former?.number);
  await rows.write([row.put({ number, value: object }), ...indexChanges(former?.value, object), ...changes, ...batch.rows()]);
};

/** First step of a deletion: nobody finds the object any more, and its slabs are marked to be taken away. */
export const hideObject = async (rows: Rows, log: ChangeLog, id: string): Promise<void> => {
  const row = objects.at(id);
  const former = await row.read(rows);
  if (former === undefined) return;
  const batch = await log.begin();
  batch.forget(former.number);
  await batch.deletion(id);
  await rows.write([row.drop, ...indexChanges(former.value, undefined), deleting.at(id).put(), ...batch.rows()]);
};

/** Takes away some slabs of an object that is being deleted; false once there is none. */
export const dropSlabs = async (rows: Rows, log: ChangeLog): Promise<boolean> => {
  for await (const [key] of deleting.under(rows)) {
    const object = key.slice(deleting.prefix.length);
    const batch = await log.begin();
    const changes: RowChange[] = [];
    let count = 0;
    for await (const [slabKey, { number, value }] of slabs.under(rows, object)) {
      if (count === SLABS_AT_ONCE) break;
      count += 1;
      batch.forget(number);
      changes.push({ key: slabKey }, ...placeChanges({ object, index: 0 }, value));
    }
    await rows.write([...changes, ...(count < SLABS_AT_ONCE ? [deleting.at(object).drop] : []), ...batch.rows()]);
    return true;
  }
  return false;
};
