import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Writable } from 'node:stream';
import { HoldfastError, isHoldfastError, type ErrorCode } from '../../core/errors/holdfast-error.js';
import { wei, type Wei } from '../../core/units.js';
import type { ObjectRecord, StoredObject } from '../../ports/catalogue.js';
import type { ByteSink } from '../../ports/world.js';
import type { GetOptions } from '../../renter/download/get.js';
import type { ProviderFailure } from '../../renter/events.js';
import type { Renter } from '../../renter/renter.js';
import { chooseObjects } from './choose-objects.js';
import { createFileSink, requireTarget, type FileSinkOptions } from './file-sink.js';
import { fetchSmall, isSmall } from './fetch-small.js';
import { isThere } from './has-content.js';
import { nameBelow, requireName } from './object-name.js';
import { createPartNames } from './part-file.js';
import { STANDARD } from './standard.js';
import { createStreamSink } from './stream-sink.js';
import { createTargetFolder } from './target-folder.js';

/** Who has objects to be fetched: a renter its own, a guest what a link leads to. */
export type ObjectReader = Pick<Renter, 'object' | 'objects' | 'get' | 'neighbours' | 'read'>;

export interface FetchOptions extends Omit<GetOptions, 'object' | 'range' | 'sink' | 'onPaid'> {
  /** Where to: of one object a file, or a folder that is there; of several, or of a folder of them, a folder; `-` standard output. */
  readonly out?: string | undefined;
  /** Folder of names that the folder `out` stands for: what lies there goes into `out` under the rest of its name, also where it is one alone. */
  readonly under?: string | undefined;
  /** Replaces files that are there. */
  readonly overwrite?: boolean;
  /** What else is asked of the file that an object goes to. */
  readonly fileOf?: (object: StoredObject) => Pick<FileSinkOptions, 'replaces' | 'changedNs'>;
  /** What standard output is. */
  readonly output: Writable;
  /** Hears, before anything is fetched, what is to be. */
  readonly onPlan?: (objects: readonly StoredObject[]) => void;
  /** Hears which object comes next. */
  readonly onObject?: (object: StoredObject) => void;
}

/** An object that was written, and where. */
export interface Fetched {
  readonly object: StoredObject;
  readonly path: string;
}

/** An object that was not. */
export interface FailedFetch {
  readonly name: string;
  readonly error: HoldfastError;
}

export interface FetchResult {
  readonly fetched: readonly Fetched[];
  /** What was there already, byte for byte. */
  readonly present: readonly Fetched[];
  readonly failed: readonly FailedFetch[];
  /** Token wei that reading all of it cost. */
  readonly egress: Wei;
  readonly failures: readonly ProviderFailure[];
}

/** What is wrong with one object, or where it should go, and not with the run. */
const OF_ONE_OBJECT: readonly ErrorCode[] = [
  'OBJECT_MISSING',
  'OBJECT_NOT_STORED',
  'OBJECT_UNAVAILABLE',
  'OBJECT_LOST',
  'OBJECT_CORRUPT',
  'EGRESS_UNFUNDED',
  'READS_UNFUNDED',
  'EGRESS_ABOVE_LIMIT',
  'FILE_EXISTS',
  'FILE_TOUCHED',
  'FILE_UNWRITABLE',
  'NAME_REFUSED',
];

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isDirectory() === true;

/** Where the only object goes: to `out`, or under its own name in that folder. */
export const pathOfOne = async ({ name }: ObjectRecord, out: string | undefined): Promise<string> => {
  if (out !== undefined && !out.endsWith('/') && !(await isFolder(out))) return out;
  return join(out ?? '', requireName(basename(name)));
};

/** Writes what came with its neighbours. */
const writeWhole = async (sink: ByteSink, bytes: Uint8Array): Promise<void> => {
  try {
    await sink.write(bytes);
    await sink.finish();
  } catch (error) {
    await sink.abandon();
    throw error;
  }
};

/** What tells files apart, whatever they are called: where a file system takes two names for one, no object replaces another of its run. */
const identityOf = async (path: string): Promise<string | undefined> => {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev} ${found.ino}`;
};

/**
 * Fetches what `words` name in one run, small ones together: objects by name or id, folders of them by prefix (`photos/`). Each of several goes
 * into the folder `out` under its whole name; one that is there already, byte for byte, is left. What is wrong with one is told and the others go on;
 * what is wrong with more than that, a full disk for one, is thrown, and a later run goes on where this one ended. With one object alone everything
 * is thrown.
 */
export const fetchObjects = async (renter: ObjectReader, words: readonly string[], options: FetchOptions): Promise<FetchResult> => {
  const { out, under, overwrite = false, fileOf, output, onPlan, onObject, maxEgress, ...terms } = options;
  const { objects, missing, isFolder: several } = await chooseObjects(renter, words);
  const isOne = words.length === 1 && !several && under === undefined;
  if (isOne && missing[0] !== undefined) throw new HoldfastError('OBJECT_MISSING', { name: missing[0] });
  if (out === STANDARD && !isOne)
    throw new HoldfastError('BAD_OPTION', { option: '--out', value: out, expected: 'a folder, for more than one object' });

  const fetched: Fetched[] = [];
  const present: Fetched[] = [];
  const failed: FailedFetch[] = missing.map((name) => ({ name, error: new HoldfastError('OBJECT_MISSING', { name }) }));
  const failures = new Map<string, ProviderFailure>();
  const written = new Set<string | undefined>();
  const target = createTargetFolder(out ?? '.');
  const partNames = createPartNames();
  let egress = 0n;

  const sinkAt = async (path: string, object: StoredObject): Promise<ByteSink> => {
    const identity = overwrite ? await identityOf(path) : undefined;
    if (identity !== undefined && written.has(identity)) throw new HoldfastError('FILE_EXISTS', { path });
    return await createFileSink(path, { ...fileOf?.(object), overwrite, content: object.id, partNames });
  };
  const left = (): Wei | undefined => (maxEgress === undefined ? undefined : wei(maxEgress - egress));
  const pathOf = (object: StoredObject): Promise<string> => (isOne ? pathOfOne(object, out) : target.pathOf(nameBelow(object.name, under)));
  const onPaid = (more: Wei): void => void (egress += more);
  const note = (read: { readonly failures: readonly ProviderFailure[] }): void => {
    for (const failure of read.failures) failures.set(failure.provider, failure);
  };
  /** Fetches an object, or writes the `content` that came with its neighbours. */
  const fetch = async (object: StoredObject, signal: AbortSignal | undefined, content?: Uint8Array): Promise<void> => {
    onObject?.(object);
    const isStream = out === STANDARD;
    const path = isStream ? STANDARD : await pathOf(object);
    if (!isStream && (await isThere(path, object, signal))) return void present.push({ object, path });
    const sink = isStream ? createStreamSink(output, signal) : await sinkAt(path, object);
    if (content) await writeWhole(sink, content);
    else note(await renter.get({ ...terms, ...(signal && { signal }), maxEgress: left(), onPaid, object: object.id, sink }));
    if (overwrite && !isOne) written.add(await identityOf(path));
    fetched.push({ object, path });
  };
  /** Whether it is not there, and may be written there: what is wrong is told when it is its turn, and nothing is read for it. */
  const isToWrite = async (object: StoredObject): Promise<boolean> => {
    try {
      const path = await pathOf(object);
      if (await isThere(path, object, options.signal)) return false;
      await requireTarget(path, { overwrite });
      return true;
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      return false;
    }
  };
  onPlan?.(objects.filter((object) => object.state === 'stored'));
  const fetchOrTell = async (object: ObjectRecord, signal: AbortSignal | undefined, content?: Uint8Array): Promise<void> => {
    try {
      if (object.state !== 'stored') throw new HoldfastError('OBJECT_NOT_STORED', { name: object.name });
      await fetch(object, signal, content);
    } catch (error) {
      if (isOne || !isHoldfastError(error, ...OF_ONE_OBJECT)) throw error;
      failed.push({ name: object.name, error });
    }
  };
  const names = new Set<string>();
  const isFirst = ({ name }: ObjectRecord): boolean => !names.has(name) && names.add(name).has(name);
  const small = new Set(objects.filter((object) => isFirst(object) && isSmall(object)));
  await fetchSmall(renter, [...small], {
    oneByOne: maxEgress !== undefined || overwrite,
    isToRead: async (object) => out === STANDARD || (await isToWrite(object)),
    fetch: fetchOrTell,
    left,
    onRead: note,
    onPaid,
    report: terms.report,
    signal: options.signal,
  });
  for (const object of objects) if (!small.has(object)) await fetchOrTell(object, options.signal);
  const place = new Map(objects.map(({ name }, index) => [name, index]));
  const inOrder = (one: { readonly name: string }, other: { readonly name: string }): number =>
    (place.get(one.name) ?? -1) - (place.get(other.name) ?? -1);
  for (const list of [fetched, present]) list.sort((one, other) => inOrder(one.object, other.object));
  failed.sort(inOrder);
  return { fetched, present, failed, egress: wei(egress), failures: [...failures.values()] };
};
