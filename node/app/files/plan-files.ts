import { stat } from 'node:fs/promises';
import { isHoldfastError, type ErrorCode, type HoldfastError } from '../../core/errors/holdfast-error.js';
import { LEAF_BYTES } from '../../core/units.js';
import { unreadable } from '../../disk/disk-error.js';
import type { StoredObject } from '../../ports/catalogue.js';
import { leavesPerProvider } from '../../renter/homes/quote.js';
import type { Renter } from '../../renter/renter.js';
import { originOf } from './file-source.js';
import { hasContent } from './has-content.js';
import type { Failed, ToStore } from './gather.js';

type Finder = Pick<Renter, 'object' | 'unreadable'>;

export interface PlanOptions {
  readonly k: number;
  readonly n: number;
  readonly signal?: AbortSignal;
}

/** One file to be stored, and its bytes, undefined of a stream. */
export interface Planned {
  readonly file: ToStore;
  readonly bytes: number | undefined;
  /** Of a file, what it was when its size was looked up. */
  readonly origin?: string | undefined;
}

export interface StorePlan {
  readonly files: readonly Planned[];
  /** What is stored already. */
  readonly unchanged: readonly StoredObject[];
  /** Bytes of all files, streams not counted. */
  readonly bytes: number;
}

/** What is wrong with one file and not with the run. */
const OF_ONE_FILE: readonly ErrorCode[] = ['FILE_UNREADABLE', 'SOURCE_CHANGED', 'NAME_REFUSED', 'SPOOL_FULL'];

const isOfOneFile = (error: unknown): error is HoldfastError => isHoldfastError(error, ...OF_ONE_FILE);

/** The stored object that the file already is: of its name and shape, and made of just that file, or of the same content. */
const storedAlready = async (renter: Finder, { path, name }: ToStore, { k, n, signal }: PlanOptions): Promise<StoredObject | undefined> => {
  const object = await renter.object(name);
  if (object?.state !== 'stored' || object.name !== name || object.k !== k || object.n !== n) return undefined;
  const found = await stat(path, { bigint: true });
  if (found.size !== BigInt(object.bytes)) return undefined;
  return object.origin === originOf(found) || (await hasContent(path, object, signal)) ? object : undefined;
};

/** Files and the objects that they already are. */
interface Before {
  readonly file: ToStore;
  readonly object: StoredObject;
}

/** Those whose objects can be read back: the others are to be stored again. */
const readable = async (renter: Finder, before: readonly Before[], { signal }: PlanOptions): Promise<readonly Before[]> => {
  if (before.length === 0) return [];
  const objects = before.map(({ object }) => object);
  const lost = new Set((await renter.unreadable({ objects, ...(signal && { signal }) })).map(({ object }) => object.id));
  return before.filter(({ object }) => !lost.has(object.id));
};

/** What comes of the work on each of some files; one that something is wrong with is added to `failed`. */
const tryEach = async <Result>(
  files: readonly ToStore[],
  { signal }: PlanOptions,
  failed: Failed[],
  work: (file: ToStore) => Promise<Result | undefined>,
): Promise<Result[]> => {
  const results: Result[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    try {
      const result = await work(file);
      if (result !== undefined) results.push(result);
    } catch (error) {
      failed.push(failedWith(file, error));
    }
  }
  return results;
};

const planFile = async (file: ToStore): Promise<Planned> => {
  if (file.kind !== 'file') return { file, bytes: undefined };
  const found = await stat(file.path, { bigint: true });
  return { file, bytes: Number(found.size), origin: originOf(found) };
};

/** The same files as they are now; what fails is added to `failed`. */
export const planAgain = (files: readonly Planned[], options: PlanOptions, failed: Failed[]): Promise<readonly Planned[]> =>
  tryEach(
    files.map(({ file }) => file),
    options,
    failed,
    planFile,
  );

/** Skips what is stored already and can be read back; what fails is added to `failed`. */
export const planFiles = async (renter: Finder, files: readonly ToStore[], options: PlanOptions, failed: Failed[]): Promise<StorePlan> => {
  const wrong: Failed[] = [];
  const before = await tryEach(files, options, wrong, async (file): Promise<Before | undefined> => {
    const object = file.kind === 'file' ? await storedAlready(renter, file, options) : undefined;
    return object && { file, object };
  });
  const unchanged = await readable(renter, before, options);
  const settled = new Set<ToStore>(unchanged.map(({ file }) => file));
  const paths = new Set(wrong.map(({ path }) => path));
  const rest = files.filter((file) => !settled.has(file) && !paths.has(file.path));
  const planned = await tryEach(rest, options, wrong, planFile);
  failed.push(...wrong);
  const bytes = planned.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
  return { files: planned, unchanged: unchanged.map(({ object }) => object), bytes };
};

/** Bytes of room that a file takes, coded with `k` data shards. */
const roomOf = ({ bytes = 0 }: Planned, k: number): number => leavesPerProvider(bytes, k) * LEAF_BYTES * k;

/** For each file the room that it and all after it take. */
export const roomsFrom = (files: readonly Planned[], k: number): readonly number[] => {
  const rooms: number[] = [];
  files.reduceRight((sum, file, index) => (rooms[index] = sum + roomOf(file, k)), 0);
  return rooms;
};

/** The file, and what it failed with; rethrows what the whole run fails with. */
export const failedWith = ({ path }: ToStore, error: unknown): Failed => {
  if (isOfOneFile(error)) return { path, error };
  if (error instanceof Error && 'syscall' in error) return { path, error: unreadable(path, error) };
  throw error;
};
