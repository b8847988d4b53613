import type { Hash } from '../../core/units.js';
import { createByteCache } from '../../core/tasks/byte-cache.js';
import { createGroup } from '../../core/tasks/group.js';
import { sectorSpaces } from '../layout.js';
import { heldBytes, ownBytes, PACK_HEAD_BYTES, packedBytes, type Entry, type EntryChange } from './sector-entry.js';
import type { PackCounts, SectorCounts } from './sector-row-formats.js';
import type { RowChange, Rows } from '../rows/rows.js';

const { sector: places, stored, pack: packRows, counts: countsRow } = sectorSpaces;

/** What is written together, all or nothing. */
export interface IndexWrite {
  readonly changes: readonly EntryChange[];
  /** Packs of another length now; undefined for one that is gone. */
  readonly lengths?: ReadonlyMap<number, number | undefined>;
  /** Whether it must survive power loss when it resolves. */
  readonly durable: boolean;
}

/** Which sectors there are and where they lie, in rows: memory holds what is counted, and the packs. */
export interface SectorIndex {
  readonly counts: SectorCounts;
  readonly packs: ReadonlyMap<number, PackCounts>;
  /** Bytes of the disk that sectors take, packs with their holes. */
  readonly taken: number;
  /** The next place in the order of sectors. */
  sequence(): number;
  find(root: Hash): Promise<Entry | undefined>;
  /** In the order of `roots`. */
  findAll(roots: readonly Hash[]): Promise<readonly (Entry | undefined)[]>;
  /** Roots in the order in which they came, those after place `after` alone if it is given. */
  list(after?: number): AsyncIterable<readonly [sequence: number, root: Hash]>;
  /** Writes that come at once are one batch. */
  write(change: IndexWrite): Promise<void>;
  close(): Promise<void>;
}

/** Changes that go into one batch at most. */
const MOST_CHANGES = 4096;

/** Bytes of memory that rows which were found take at most, and one of them. */
const KEPT_BYTES = 4 << 20;
const KEPT_ROW_BYTES = 512;

/** Bytes that a pack counts: all but its own head. */
const takenBy = (pack: PackCounts | undefined): number => Math.max(0, (pack?.length ?? 0) - PACK_HEAD_BYTES);

/** Opens the index on `rows`, which say what is counted; an empty one if they say nothing. */
export const openSectorIndex = async (rows: Rows): Promise<SectorIndex> => {
  let counts = (await countsRow.at().read(rows)) ?? { sectors: 0, bytes: 0, own: 0, next: 0 };
  let sequence = counts.next;
  const packs = new Map<number, PackCounts>();
  const kept = createByteCache<Entry | undefined>(KEPT_BYTES, () => KEPT_ROW_BYTES);
  let packed = 0;
  for await (const [key, pack] of packRows.under(rows)) {
    packs.set(Number.parseInt(key.slice(packRows.prefix.length), 16), pack);
    packed += takenBy(pack);
  }

  const changeRows = (group: readonly IndexWrite[]): RowChange[] =>
    group.flatMap(({ changes }) =>
      changes.flatMap(({ root, before, after }): RowChange[] => [
        ...(before !== undefined && before.sequence !== after?.sequence ? [stored.at(before.sequence).drop] : []),
        ...(after === undefined ? [places.at(root).drop] : [places.at(root).put(after)]),
        ...(after !== undefined && before?.sequence !== after.sequence ? [stored.at(after.sequence).put(root)] : []),
      ]),
    );

  const commit = async (group: readonly IndexWrite[]): Promise<void> => {
    const next = { ...counts, next: sequence };
    const touched = new Map<number, PackCounts | undefined>();
    const pack = (number: number): PackCounts => touched.get(number) ?? packs.get(number) ?? { length: 0, live: 0 };
    const count = (entry: Entry | undefined, sign: 1 | -1): void => {
      if (entry === undefined) return;
      next.sectors += sign;
      next.bytes += sign * heldBytes(entry);
      next.own += sign * ownBytes(entry);
      if (entry.pack === undefined) return;
      const { length, live } = pack(entry.pack.number);
      touched.set(entry.pack.number, { length, live: live + sign * packedBytes(entry) });
    };
    for (const { changes, lengths = [] } of group) {
      for (const { before, after } of changes) {
        count(before, -1);
        count(after, 1);
      }
      for (const [number, length] of lengths) touched.set(number, length === undefined ? undefined : { ...pack(number), length });
    }
    const rowOf = ([number, after]: readonly [number, PackCounts | undefined]): RowChange =>
      after === undefined ? packRows.at(number).drop : packRows.at(number).put(after);
    const batch = [...changeRows(group), ...[...touched].map(rowOf), countsRow.at().put(next)];
    const forget = (): void => {
      for (const { changes } of group) for (const { root } of changes) kept.drop(root);
    };
    // What was read before the write is not kept after it, and nobody knows what a write that failed left.
    await rows.write(batch, { durable: group.some(({ durable }) => durable) }).finally(forget);
    counts = next;
    for (const [number, after] of touched) {
      packed += takenBy(after) - takenBy(packs.get(number));
      if (after === undefined) packs.delete(number);
      else packs.set(number, after);
    }
  };

  const findAll = async (roots: readonly Hash[]): Promise<readonly (Entry | undefined)[]> => {
    const keys = roots.map((root) => places.at(root).key);
    const found = await rows.getMany(keys);
    return found.map((row, index) => row && { root: roots[index] as Hash, ...places.codec.decode(row, rows.path, keys[index] as string) });
  };

  return {
    get counts() {
      return counts;
    },
    packs,
    get taken() {
      return counts.own + packed;
    },
    sequence: () => sequence++,
    find: (root) =>
      kept.get(root, async () => {
        const body = await places.at(root).read(rows);
        return body && { root, ...body };
      }),
    findAll,
    async *list(after) {
      for await (const [key, row] of rows.under(stored.prefix, after === undefined ? undefined : stored.at(after).key))
        yield [Number.parseInt(key.slice(stored.prefix.length), 16), stored.codec.decode(row, rows.path, key)] as const;
    },
    write: createGroup({ commit, weigh: ({ changes }) => 1 + changes.length, most: MOST_CHANGES }),
    close: () => rows.close(),
  };
};
