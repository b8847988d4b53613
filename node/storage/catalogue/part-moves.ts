import { shardLeaves } from '../../core/data/slab.js';
import { leaves } from '../../core/units.js';
import type { Catalogue, MovedPart } from '../../ports/catalogue.js';
import { catalogueSpaces } from '../layout.js';
import type { RowChange, Rows } from '../rows/rows.js';
import type { ChangeLog } from './change-log.js';
import { isSamePlace } from './crate-rows.js';
import { crateChanges, slabChanges, writeAll, type Writing } from './object-rows.js';

const { crate: crates, slab: slabs, part: parts, use: uses, holed } = catalogueSpaces;

/** What lies at its former place still lies in the slab from then on; how many leaves of each shard that is. */
const adopted = async (writing: Writing, crate: string, slab: number, moved: readonly MovedPart[]) => {
  const changes: RowChange[] = [];
  const k = (await crates.at(crate).read(writing.rows))?.value.k;
  let used = 0;
  for (const { object, former, from } of k === undefined ? [] : moved) {
    const row = await slabs.at(object, 0).read(writing.rows);
    if (row === undefined || k === undefined || !isSamePlace(row.value.within, former)) continue;
    used += shardLeaves(row.value.length, k);
    changes.push(...(await slabChanges(writing, { owner: object, index: 0 }, { ...row.value, within: { crate, slab, from } })));
  }
  return { changes, used };
};

/** The part of a catalogue on `rows` that moves what lies in crates to others. */
export const partMovesOn = (
  rows: Rows,
  log: ChangeLog,
  exclusive: (task: () => Promise<void>) => Promise<void>,
  settle: () => Promise<void>,
): Pick<Catalogue, 'holedSlabs' | 'beginMove' | 'adoptMoved' | 'dropUnused'> => ({
  async *holedSlabs() {
    await settle();
    for await (const [key] of holed.under(rows)) {
      const [, crate = '', slab = ''] = key.split('/');
      yield { crate, slab: Number.parseInt(slab, 16) };
    }
  },
  beginMove: async (crate, index, slab, moving) => {
    await settle();
    await exclusive(() =>
      writeAll(rows, log, async (writing) => [
        ...(await crateChanges(writing, crate, new Map([[index, slab]]))),
        ...moving.map((part) => parts.at(crate.id, index, part.from).put(part)),
        uses.at(crate.id, index).put(0),
        holed.at(crate.id, index).put(),
      ]),
    );
  },
  adoptMoved: async (crate, slab, moved) => {
    await settle();
    await exclusive(() =>
      writeAll(rows, log, async (writing) => {
        const { changes, used } = await adopted(writing, crate, slab, moved);
        const isWhole = changes.length > 0 && used === (await moving(rows, crate, slab));
        return [...changes, uses.at(crate, slab).put(used), isWhole ? holed.at(crate, slab).drop : holed.at(crate, slab).put()];
      }),
    );
  },
  dropUnused: async (crate, slab) => {
    await settle();
    await exclusive(() =>
      writeAll(rows, log, async ({ leaving }) => {
        if ((await uses.at(crate, slab).read(rows)) === 0) leaving.leave({ length: 0, within: { crate, slab, from: leaves(0) } });
        return [];
      }),
    );
  },
});

/** Leaves of each shard that all parts of a slab have. */
const moving = async (rows: Rows, crate: string, slab: number): Promise<number> => {
  const k = (await crates.at(crate).read(rows))?.value.k ?? 1;
  let sum = 0;
  for await (const [, { length }] of parts.under(rows, crate, slab)) sum += shardLeaves(length, k);
  return sum;
};
