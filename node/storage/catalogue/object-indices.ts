import type { ObjectRecord, ShardPlacement } from '../../ports/catalogue.js';
import { catalogueSpaces } from '../layout.js';
import type { RowChange, Rows } from '../rows/rows.js';

const { object: objects, place: places, content: contents, indexed } = catalogueSpaces;

/** Rows of one batch while the index of an older catalogue is made. */
const BATCH = 1_000;

const lacks = (shards: readonly ShardPlacement[], { deal, sector }: ShardPlacement): boolean =>
  !shards.some((other) => other.deal === deal && other.sector.root === sector.root);

const contentOf = ({ sha256, id }: ObjectRecord) => contents.at(sha256, id);

/** What an object's change alters of the indices: only what is new or other, and what was placed, moved or given up. */
export const indexChanges = (before: ObjectRecord | undefined, after: ObjectRecord | undefined): RowChange[] => {
  const changes: RowChange[] = [];
  if (before?.sha256 !== after?.sha256)
    changes.push(...(before ? [contentOf(before).drop] : []), ...(after ? [contentOf(after).put()] : []));
  for (let slab = 0; slab < Math.max(before?.slabs.length ?? 0, after?.slabs.length ?? 0); slab++) {
    const old = before?.slabs[slab]?.shards ?? [];
    const fresh = after?.slabs[slab]?.shards ?? [];
    for (const one of old) if (lacks(fresh, one)) changes.push(places.at(one.deal, one.sector.root).drop);
    for (const one of fresh)
      if (lacks(old, one)) changes.push(places.at(one.deal, one.sector.root).put({ object: after?.id ?? '', slab, shard: one.shard }));
  }
  return changes;
};

/** Makes the indices of a catalogue that an earlier version wrote, the first time it is called; interrupted, it begins anew. */
export const createIndexing = (rows: Rows): (() => Promise<void>) => {
  let made = false;
  return async () => {
    if (made) return;
    if ((await indexed.at().read(rows)) === undefined) {
      const changes: RowChange[] = [];
      for await (const [, object] of objects.under(rows)) {
        changes.push(...indexChanges(undefined, object));
        if (changes.length >= BATCH) await rows.write(changes.splice(0));
      }
      await rows.write([...changes, indexed.at().put(true)]);
    }
    made = true;
  };
};
