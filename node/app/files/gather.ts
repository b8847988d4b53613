import { basename, resolve } from 'node:path';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { requireName } from './object-name.js';
import { sourceKind } from './open-source.js';
import { STANDARD } from './standard.js';
import { walkFolder, type FolderIdentity, type Found } from './walk-folder.js';

/** One thing to be stored, and under which name. */
export interface ToStore {
  readonly path: string;
  readonly name: string;
  readonly kind: 'file' | 'stream' | 'standard input';
}

/** What was left out by rule, and what could not be taken. */
export type Skipped = Extract<Found, { kind: 'skipped' }>;
export interface Failed {
  readonly path: string;
  readonly error: HoldfastError;
}

/** What arguments come to, in order. */
export interface Gathered {
  readonly files: readonly ToStore[];
  readonly skipped: readonly Skipped[];
  readonly failed: readonly Failed[];
}

export interface GatherOptions {
  /** Name of the only argument: of the object, or of the folder that its files lie in. Without, its last part. */
  readonly name?: string | undefined;
  /** Folder that all names lie in. */
  readonly under?: string | undefined;
  /** A folder that is left out wherever it is met. */
  readonly own?: FolderIdentity | undefined;
  readonly signal?: AbortSignal | undefined;
}

const joined = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined && part !== '').join('/');

/** `path` without slashes at its end, so that what is below it follows after one. */
const trimmed = (path: string): string => path.replace(/(?<=.)\/+$/, '').replace(/^\/$/, '');

type Told = Exclude<Found, { kind: 'file' }> | ToStore;

async function* gatherOne(path: string, { name, under, own, signal }: GatherOptions): AsyncGenerator<Told> {
  if (path === STANDARD) {
    if (name === undefined)
      throw new HoldfastError('OPTION_MISSING', { option: '--name', expected: 'a name for what standard input brings' });
    yield { path: 'standard input', name: requireName(joined(under, name)), kind: 'standard input' };
    return;
  }
  const kind = await sourceKind(path);
  const called = joined(under, name ?? basename(resolve(path)));
  if (kind !== 'folder') {
    yield { path, name: requireName(called), kind };
    return;
  }
  for await (const found of walkFolder(trimmed(path), own, signal)) {
    if (found.kind === 'file') yield* named({ path: found.path, name: joined(called, found.name), kind: 'file' });
    else yield found;
  }
}

function* named(file: ToStore): Generator<Told> {
  try {
    requireName(file.name);
    yield file;
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    yield { kind: 'failed', path: file.path, error };
  }
}

const requireDistinct = (files: readonly ToStore[]): void => {
  const paths = new Map<string, string>();
  for (const { name, path } of files) {
    const first = paths.get(name);
    if (first !== undefined) throw new HoldfastError('NAME_CLASH', { name, first, second: path });
    paths.set(name, path);
  }
};

/**
 * What is to be stored for these arguments: files, streams, and all plain files below folders. An argument that is a link is followed, one in a
 * folder is skipped as everything else that is no plain file. What is wrong with one of several arguments is told, and the others go on; with
 * the only one, it is thrown. NAME_CLASH where two would have one name.
 */
export const gather = async (paths: readonly string[], options: GatherOptions): Promise<Gathered> => {
  const files: ToStore[] = [];
  const skipped: Skipped[] = [];
  const failed: Failed[] = [];
  for (const path of paths) {
    try {
      for await (const told of gatherOne(path, options)) {
        if (told.kind === 'skipped') skipped.push(told);
        else if (told.kind === 'failed') failed.push(told);
        else files.push(told);
      }
    } catch (error) {
      if (paths.length === 1 || !isHoldfastError(error, 'FILE_UNREADABLE', 'NAME_REFUSED')) throw error;
      failed.push({ path, error });
    }
  }
  requireDistinct(files);
  return { files, skipped, failed };
};
