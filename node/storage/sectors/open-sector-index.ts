import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { StoreFault } from '../../ports/store-faults.js';
import { sectorSpaces } from '../layout.js';
import { databaseAt, INDEX, rowsIn } from '../rows/level-rows.js';
import { packPath, packSizes } from '../packs/pack-file.js';
import { readSalt, replay } from '../packs/pack-replay.js';
import { PACK_HEAD_BYTES, packedBytes, type Entry, type EntryChange } from '../index/sector-entry.js';
import { openSectorIndex, type SectorIndex } from '../index/sector-index.js';
import { lookAt, namedIn, shardsOf, type SectorFile } from './sector-scan.js';
import { sectorBytes } from '../index/sector-shape.js';
import type { Rows } from '../rows/rows.js';

/** An index that knows all packs, and what was wrong with it. */
export interface OpenedIndex {
  readonly index: SectorIndex;
  readonly faults: readonly StoreFault[];
  /** Bytes that packs have which the index says are longer; zero where a pack is gone. */
  readonly short: ReadonlyMap<number, number>;
  /** The pack where appending goes on. */
  readonly last: { readonly number: number; readonly length: number } | undefined;
  /** The first number that no pack has had. */
  readonly next: number;
}

export interface OpenIndexOptions {
  readonly path: string;
  /** Makes the index again, whatever it says. */
  readonly rebuild: boolean;
  /** Whether the store is of a version that had none. */
  readonly former: boolean;
}

/** Sectors taken into the index with one batch. */
const AT_ONCE = 1024;

const closed = async (): Promise<void> => undefined;

/** Whether the bytes that `entry` stands for are there, as far as is known without looking at files. */
export const isWhole = (entry: Entry, short: ReadonlyMap<number, number>): boolean =>
  entry.pack === undefined
    ? entry.found === undefined
    : entry.pack.offset + packedBytes(entry) <= (short.get(entry.pack.number) ?? Number.MAX_SAFE_INTEGER);

/** Gathers changes, and writes them in batches. */
const createIntake = (index: SectorIndex, short: ReadonlyMap<number, number>) => {
  let gathered: Entry[] = [];
  const flush = async (): Promise<void> => {
    const known = await index.findAll(gathered.map(({ root }) => root));
    const changes = new Map<string, EntryChange>();
    for (const [at, after] of gathered.entries()) {
      const before = known[at];
      if (before === undefined || !isWhole(before, short)) changes.set(after.root, { root: after.root, before, after });
    }
    gathered = [];
    await index.write({ changes: [...changes.values()], durable: false });
  };
  return {
    add: async (entry: Omit<Entry, 'sequence'>): Promise<void> => {
      gathered.push({ ...entry, sequence: index.sequence() });
      if (gathered.length >= AT_ONCE) await flush();
    },
    flush,
  };
};

const takeFiles = async (path: string, index: SectorIndex): Promise<void> => {
  const files: SectorFile[] = [];
  for (const shard of await shardsOf(path))
    for (const sector of await namedIn(path, shard)) {
      const file = await lookAt(path, sector);
      if (file !== undefined) files.push(file);
    }
  files.sort((a, b) => a.writtenAt - b.writtenAt);
  const intake = createIntake(index, new Map());
  for (const { sector, size } of files)
    await intake.add({ ...sector, pack: undefined, ...(size !== sectorBytes(sector) && { found: size }) });
  await intake.flush();
};

/** Removes packs that were made and never written to: no sector was durable in one that has no more than a damaged head. */
const removeUnbegun = async (path: string, index: SectorIndex, sizes: Map<number, number>): Promise<void> => {
  for (const [number, size] of sizes) {
    if (index.packs.has(number) || size > PACK_HEAD_BYTES || (await readSalt(path, number)) !== undefined) continue;
    await rm(packPath(path, number), { force: true });
    sizes.delete(number);
  }
};

/** Takes in what was appended to packs and is not known: it was durable before its row. */
const takePacks = async (path: string, index: SectorIndex): Promise<Omit<OpenedIndex, 'index'>> => {
  const sizes = await packSizes(path);
  await removeUnbegun(path, index, sizes);
  const faults: StoreFault[] = [];
  const short = new Map<number, number>();
  for (const [number, { length, live }] of [...index.packs]) {
    const found = sizes.get(number) ?? 0;
    if (found >= length) continue;
    if (live === 0 && found === 0) {
      await index.write({ changes: [], lengths: new Map([[number, undefined]]), durable: false });
      continue;
    }
    short.set(number, found);
    faults.push({ kind: 'pack-short', pack: packPath(path, number), bytes: length, found });
  }
  const newest = [...sizes.keys()].at(-1);
  let last: OpenedIndex['last'];
  for (const [number, size] of sizes) {
    const known = index.packs.get(number)?.length;
    if (short.has(number)) continue;
    if (known === undefined && (await readSalt(path, number)) === undefined) {
      faults.push({ kind: 'pack-unreadable', pack: packPath(path, number) });
      continue;
    }
    let length = known ?? 0;
    if (size > length) {
      const intake = createIntake(index, short);
      for await (const { sector, bytes, offset, end } of replay(path, number, length)) {
        if (bytes === undefined) continue;
        await intake.add({ ...sector, pack: { number, offset } });
        length = end;
      }
      await intake.flush();
      // What follows in the pack that is appended to is a torn tail, and is cut off; in another it is a hole.
      if (number !== newest) length = size;
      await index.write({ changes: [], lengths: new Map([[number, length]]), durable: true });
    }
    if (number === newest && length > 0) last = { number, length };
  }
  return { faults, short, last, next: 1 + Math.max(-1, ...sizes.keys(), ...index.packs.keys()) };
};

const make = async (path: string): Promise<Rows> => {
  await rm(join(path, INDEX), { recursive: true, force: true });
  const database = databaseAt(path, true);
  await database.open();
  await database.close();
  const rows = await rowsIn(path, databaseAt, closed);
  await rows.write([sectorSpaces.unfinished.at().put()]);
  return rows;
};

/** Makes the index of a store that has no sectors yet. */
export const makeSectorIndex = async (path: string): Promise<void> => {
  const rows = await make(path);
  const { counts, unfinished } = sectorSpaces;
  await rows.write([unfinished.at().drop, counts.at().put({ sectors: 0, bytes: 0, own: 0, next: 0 })]);
  await rows.close();
};

/** The rows that are there; undefined, with what is wrong, if they are not all. */
const existing = async (path: string): Promise<{ readonly rows: Rows | undefined; readonly error?: unknown }> => {
  const there = await stat(join(path, INDEX)).catch(() => undefined);
  if (there === undefined) return { rows: undefined };
  try {
    const rows = await rowsIn(path, databaseAt, closed);
    const { counts, unfinished } = sectorSpaces;
    if ((await rows.get(counts.at().key)) !== undefined && (await rows.get(unfinished.at().key)) === undefined) return { rows };
    await rows.close();
    return { rows: undefined };
  } catch (error) {
    if (!isHoldfastError(error, 'STORE_CORRUPT')) throw error;
    return { rows: undefined, error };
  }
};

/** Opens the index of the sector store at `path`, or makes it from files and packs. What it costs follows the packs, not the sectors. */
export const openIndexOf = async ({ path, rebuild, former }: OpenIndexOptions): Promise<OpenedIndex> => {
  await shardsOf(path);
  const { rows: found, error } = rebuild ? { rows: undefined } : await existing(path);
  const rows = found ?? (await make(path));
  try {
    const index = await openSectorIndex(rows);
    if (found !== undefined) return { index, ...(await takePacks(path, index)) };
    await takeFiles(path, index);
    const opened = await takePacks(path, index);
    await rows.write([sectorSpaces.unfinished.at().drop]);
    const { sectors } = index.counts;
    const fault: StoreFault = former
      ? { kind: 'index-made', sectors }
      : { kind: 'index-rebuilt', sectors, ...(error !== undefined && { error }) };
    return { ...opened, index, faults: [...(rebuild ? [] : [fault]), ...opened.faults] };
  } catch (failure) {
    await rows.close();
    throw failure;
  }
};
