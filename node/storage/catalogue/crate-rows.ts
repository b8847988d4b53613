import { shardLeaves } from '../../core/data/slab.js';
import type { CratePlace, SlabRecord } from '../../ports/catalogue.js';
import { catalogueSpaces } from '../layout.js';
import type { RowChange, Rows } from '../rows/rows.js';
import type { ChangeBatch } from './change-log.js';
import { placeDrops } from './place-rows.js';

const { crate: crates, slab: slabs, part: parts, use: uses, holed } = catalogueSpaces;

/** Whether two slabs lie in the same place of a crate. */
export const isSamePlace = (a: CratePlace | undefined, b: CratePlace | undefined): boolean =>
  a !== undefined && b !== undefined && a.crate === b.crate && a.slab === b.slab && a.from === b.from;

/** What leaves crates in one batch: a crate's slab goes with its last part, and a crate with its last slab. */
export interface Leaving {
  /** Counts a slab out. */
  leave(slab: Pick<SlabRecord, 'length' | 'within'>): void;
  /** What goes into the batch. */
  rows(batch: ChangeBatch): Promise<readonly RowChange[]>;
}

/** One slab of a crate, and how many plaintext bytes each part that leaves it has. */
interface Left {
  readonly crate: string;
  readonly slab: number;
  readonly lengths: number[];
}

export const createLeaving = (rows: Rows): Leaving => {
  const left = new Map<string, Left>();

  const dropSlab = async ({ crate, slab }: Left, batch: ChangeBatch): Promise<RowChange[]> => {
    const row = slabs.at(crate, slab);
    const former = await row.read(rows);
    const changes: RowChange[] = [row.drop, uses.at(crate, slab).drop, holed.at(crate, slab).drop];
    if (former) {
      batch.forget(former.number);
      changes.push(...placeDrops(former.value.shards));
    }
    for await (const [key] of parts.under(rows, crate, slab)) changes.push({ key });
    return changes;
  };
  const dropCrate = async (crate: string, dropped: ReadonlySet<string>, batch: ChangeBatch): Promise<RowChange[]> => {
    for await (const [key] of uses.under(rows, crate)) if (!dropped.has(key)) return [];
    const row = crates.at(crate);
    const former = await row.read(rows);
    if (former === undefined) return [];
    batch.forget(former.number);
    await batch.deletion(crate);
    return [row.drop];
  };

  return {
    leave: ({ length, within }) => {
      if (within === undefined) return;
      const { crate, slab } = within;
      const use = uses.at(crate, slab);
      const entry = left.get(use.key) ?? { crate, slab, lengths: [] };
      left.set(use.key, entry);
      entry.lengths.push(length);
    },
    rows: async (batch) => {
      const changes: RowChange[] = [];
      const emptied = new Map<string, Set<string>>();
      for (const [key, one] of left) {
        const { crate, slab, lengths } = one;
        const [use, row] = [await uses.at(crate, slab).read(rows), await crates.at(crate).read(rows)];
        if (use === undefined || row === undefined) continue;
        const rest = lengths.reduce((sum, length) => sum - shardLeaves(length, row.value.k), use);
        if (rest > 0) {
          changes.push(uses.at(crate, slab).put(rest), holed.at(crate, slab).put());
          continue;
        }
        emptied.set(crate, (emptied.get(crate) ?? new Set()).add(key));
        changes.push(...(await dropSlab(one, batch)));
      }
      for (const [crate, dropped] of emptied) changes.push(...(await dropCrate(crate, dropped, batch)));
      return changes;
    },
  };
};
