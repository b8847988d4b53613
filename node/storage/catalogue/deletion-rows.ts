import type { StampOf } from '../../ports/catalogue-pages.js';
import { catalogueSpaces } from '../layout.js';
import type { RowChange, Rows } from '../rows/rows.js';
import type { ChangeLog } from './change-log.js';
import { indexChanges, writeAll } from './object-rows.js';
import { placeDrops } from './place-rows.js';

const { object: objects, slab: slabs, deleting } = catalogueSpaces;

/** Slabs that one write takes away. */
const SLABS_AT_ONCE = 256;

/** First step of a deletion: nobody finds the object any more, and its slabs are marked to be taken away. */
export const hideObject = async (rows: Rows, log: ChangeLog, id: string, stampOf?: StampOf): Promise<void> => {
  const row = objects.at(id);
  const former = await row.read(rows);
  if (former === undefined && stampOf === undefined) return;
  const batch = await log.begin(stampOf);
  if (former) batch.forget(former.number);
  await batch.deletion(id);
  const hidden = former ? [row.drop, ...indexChanges(former.value, undefined), deleting.at(id).put()] : [];
  await rows.write([...hidden, ...batch.rows()]);
};

/** Takes away some slabs of an object that is being deleted; false once there is none. */
export const dropSlabs = async (rows: Rows, log: ChangeLog): Promise<boolean> => {
  for await (const [key] of deleting.under(rows)) {
    const object = key.slice(deleting.prefix.length);
    await writeAll(rows, log, async ({ batch, leaving }) => {
      const changes: RowChange[] = [];
      let count = 0;
      for await (const [slabKey, { number, value }] of slabs.under(rows, object)) {
        if (count === SLABS_AT_ONCE) break;
        count += 1;
        batch.forget(number);
        leaving.leave(value);
        changes.push({ key: slabKey }, ...placeDrops(value.shards));
      }
      return [...changes, ...(count < SLABS_AT_ONCE ? [deleting.at(object).drop] : [])];
    });
    return true;
  }
  return false;
};
