import type { Catalogue, ObjectRecord } from '../../ports/catalogue.js';
import type { Gathered, ToStore } from './gather.js';
import { isSameFile, type Comparing } from './is-same-file.js';

export interface SyncOptions {
  readonly comparing: Comparing;
  readonly signal?: AbortSignal | undefined;
}

/** What has to be done so that a folder of names is as a folder of files is. */
export interface UpPlan {
  /** What is new or other than what is stored. */
  readonly changed: readonly ToStore[];
  /** How many files are as they are stored. */
  readonly same: number;
  /** What is stored in the folder under names that no file has. */
  readonly extra: readonly ObjectRecord[];
}

type Names = Pick<Catalogue, 'object' | 'inFolder'>;

/** Whether the file is stored as it is. One that cannot be read is not: storing it tells why. */
const isStored = async (catalogue: Names, { path, name }: ToStore, { comparing, signal }: SyncOptions): Promise<boolean> => {
  const object = await catalogue.object(name);
  if (object?.state !== 'stored' || object.name !== name) return false;
  return await isSameFile(path, object, comparing, signal).catch(() => {
    signal?.throwIfAborted();
    return false;
  });
};

/** The name that what lies at `path` in the folder `root` would have, whatever it is. */
const nameAt = (path: string, root: string, folder: string): string => `${folder}/${path.slice(root.replace(/\/+$/, '').length + 1)}`;

/**
 * Compares what was gathered from the folder at `root` with what is stored in the folder `folder` of names, by the catalogue alone. What was
 * skipped or could not be taken is there all the same: nothing of its name is extra, nor of what may lie in it.
 */
export const planSyncUp = async (
  catalogue: Names | undefined,
  { files, skipped, failed }: Gathered,
  { root, folder, ...options }: SyncOptions & { readonly root: string; readonly folder: string },
): Promise<UpPlan> => {
  if (catalogue === undefined) return { changed: files, same: 0, extra: [] };
  const changed: ToStore[] = [];
  for (const file of files) {
    options.signal?.throwIfAborted();
    if (!(await isStored(catalogue, file, options))) changed.push(file);
  }
  const names = new Set(files.map(({ name }) => name));
  const others = [...skipped.filter(({ reason }) => reason !== 'empty folder'), ...failed].map(({ path }) => nameAt(path, root, folder));
  const isThere = (name: string): boolean => names.has(name) || others.some((one) => name === one || name.startsWith(`${one}/`));
  const extra: ObjectRecord[] = [];
  for await (const object of catalogue.inFolder(folder)) if (!isThere(object.name)) extra.push(object);
  return { changed, same: files.length - changed.length, extra };
};
