import type { CatalogueChange } from '../../ports/catalogue.js';
import type { ChangeStamp, StampOf } from '../../ports/catalogue-pages.js';
import { catalogueSpaces } from '../layout.js';
import type { Changed, LogState } from '../rows/row-formats.js';
import type { RowChange, Rows } from '../rows/rows.js';

const { object: objects, crate: crates, slab: slabs, deal: deals, log, deleted, numbered } = catalogueSpaces;

/** Deletions that are remembered, of however many there were. */
const MOST_DELETED = 10_000;

/** Gives changes their numbers, and tells the newest of each thing. The caller lets one change at a time begin. */
export interface ChangeLog {
  /** Before the first change of a batch; `stampOf` says what of it other catalogues have changed. */
  begin(stampOf?: StampOf): Promise<ChangeBatch>;
  /** As `Catalogue.changes`. */
  changes(after: number): AsyncGenerator<CatalogueChange>;
  /** The change of another catalogue that the one of that number repeats. */
  repeated(number: number): Promise<ChangeStamp | undefined>;
  /** Ids of what was deleted, as far as that is remembered. */
  deletions(): AsyncGenerator<string>;
  /** The number of the last change. */
  last(): Promise<number>;
  /** What makes numbers go on above `number`. */
  countFrom(number: number): Promise<readonly RowChange[]>;
}

/** The numbers of one batch. */
export interface ChangeBatch {
  /** The number of a change of something, in the place of its `former` one. */
  next(changed: Changed, former: number | undefined): number;
  /** Nothing is told any more of what has this number. */
  forget(number: number): void;
  /** Notes a deletion, and forgets the oldest where there are too many. */
  deletion(owner: string): Promise<void>;
  /** What goes into the batch. */
  rows(): readonly RowChange[];
}

const stampOfChanged = (stampOf: StampOf, changed: Changed): ChangeStamp | undefined => {
  if (changed.kind === 'deal') return undefined;
  return changed.kind === 'slab' ? stampOf(changed.object, changed.index) : stampOf(changed.object);
};

export const createChangeLog = (rows: Rows, mostDeleted = MOST_DELETED): ChangeLog => {
  let known: LogState | undefined;
  const state = async (): Promise<LogState> => (known ??= (await numbered.at().read(rows)) ?? { last: 0, deleted: 0, forgotten: 0 });

  const oldestDeletion = async (): Promise<number | undefined> => {
    for await (const [, number] of deleted.under(rows)) return number;
    return undefined;
  };

  const begin = async (stampOf?: StampOf): Promise<ChangeBatch> => {
    let now = await state();
    const changes: RowChange[] = [];
    const next = (changed: Changed, former: number | undefined): number => {
      now = { ...now, last: now.last + 1 };
      if (former !== undefined) changes.push(log.at(former).drop);
      const by = stampOf && stampOfChanged(stampOf, changed);
      changes.push(log.at(now.last).put(by ? { ...changed, by } : changed));
      return now.last;
    };
    return {
      next,
      forget: (number) => void changes.push(log.at(number).drop),
      deletion: async (owner) => {
        const oldest = now.deleted >= mostDeleted ? await oldestDeletion() : undefined;
        if (oldest !== undefined) {
          changes.push(log.at(oldest).drop, deleted.at(oldest).drop);
          now = { ...now, deleted: now.deleted - 1, forgotten: oldest };
        }
        const number = next({ kind: 'deleted', object: owner }, undefined);
        changes.push(deleted.at(number).put(number));
        now = { ...now, deleted: now.deleted + 1 };
      },
      rows: () => {
        known = now;
        return [...changes, numbered.at().put(now)];
      },
    };
  };

  /** The change of that number; undefined where what it speaks of has changed since. */
  const changeOf = async (number: number, changed: Changed): Promise<CatalogueChange | undefined> => {
    const by = changed.by && { by: changed.by };
    switch (changed.kind) {
      case 'deleted':
        return { number, kind: 'deleted', owner: changed.object, ...by };
      case 'object': {
        const row = await objects.at(changed.object).read(rows);
        return row?.number === number ? { number, kind: 'object', object: row.value, ...by } : undefined;
      }
      case 'crate': {
        const row = await crates.at(changed.object).read(rows);
        return row?.number === number ? { number, kind: 'crate', crate: row.value, ...by } : undefined;
      }
      case 'slab': {
        const row = await slabs.at(changed.object, changed.index).read(rows);
        return row?.number === number
          ? { number, kind: 'slab', owner: changed.object, index: changed.index, slab: row.value, ...by }
          : undefined;
      }
      case 'deal': {
        const row = await deals.at(changed.deal).read(rows);
        return row?.number === number ? { number, kind: 'deal', deal: row.value } : undefined;
      }
    }
  };

  return {
    begin,
    repeated: async (number) => (await log.at(number).read(rows))?.by,
    async *deletions() {
      for await (const [, number] of deleted.under(rows)) {
        const changed = await log.at(number).read(rows);
        if (changed?.kind === 'deleted') yield changed.object;
      }
    },
    last: async () => (await state()).last,
    countFrom: async (number) => {
      const now = await state();
      if (now.last >= number) return [];
      known = { ...now, last: number };
      return [numbered.at().put(known)];
    },
    async *changes(after) {
      const isForgotten = after > 0 && after < (await state()).forgotten;
      if (isForgotten) yield { number: 0, kind: 'anew' };
      for await (const [key, changed] of log.after(rows, isForgotten ? 0 : after)) {
        const change = await changeOf(Number.parseInt(key.slice(log.prefix.length), 16), changed);
        if (change) yield change;
      }
    },
  };
};
