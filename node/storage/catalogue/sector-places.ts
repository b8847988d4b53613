import type { ObjectRecord, ShardPlacement } from '../../ports/catalogue.js';
import { catalogueSpaces } from '../layout.js';
import type { RowChange, Rows } from '../rows/rows.js';

const { object: objects, place: places, placed } = catalogueSpaces;

/** Rows of one batch while the index of an older catalogue is made. */
const BATCH = 1_000;

const lacks = (shards: readonly ShardPlacement[], { deal, sector }: ShardPlacement): boolean =>
  !shards.some((other) => other.deal === deal && other.sector.root === sector.root);

/** What an object's change alters of the index: only what was placed, moved or given up. */
export const placeChanges = (before: ObjectRecord | undefined, after: ObjectRecord | undefined): RowChange[] => {
  const changes: RowChange[] = [];
  for (let slab = 0; slab < Math.max(before?.slabs.length ?? 0, after?.slabs.length ?? 0); slab++) {
    const old = before?.slabs[slab]?.shards ?? [];
    const fresh = after?.slabs[slab]?.shards ?? [];
    for (const one of old) if (lacks(fresh, one)) changes.push(places.at(one.deal, one.sector.root).drop);
    for (const one of fresh)
      if (lacks(old, one)) changes.push(places.at(one.deal, one.sector.root).put({ object: after?.id ?? '', slab, shard: one.shard }));
  }
  return changes;
};

/** Makes the index of a catalogue that an earlier version wrote, the first time it is called; interrupted, it begins anew. */
export const createIndexing = (rows: Rows): (() => Promise<void>) => {
  let made = false;
  return async () => {
    if (made) return;
    if ((await placed.at().read(rows)) === undefined) {
      const changes: RowChange[] = [];
      for await (const [, object] of objects.under(rows)) {
        changes.push(...placeChanges(undefined, object));
        if (changes.length >= BATCH) await rows.write(changes.splice(0));
      }
      await rows.write([...changes, placed.at().put(true)]);
    }
    made = true;
  };
};
