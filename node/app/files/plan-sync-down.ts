import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue, StoredObject } from '../../ports/catalogue.js';
import { newestInFolder } from '../../renter/objects/newest-in-folder.js';
import { contentOf } from './has-content.js';
import { isSameFile } from './is-same-file.js';
import { nameBelow, nameProblem } from './object-name.js';
import type { SyncOptions } from './plan-sync-up.js';
import { walkFolder, type FolderIdentity } from './walk-folder.js';

/** A file here whose content is stored, so that it can be had again, and what it was when that was found. */
export interface SpareFile {
  readonly path: string;
  readonly origin: string;
}

/** What has to be done so that a folder of files is as a folder of names is. */
export interface DownPlan {
  /** How many names there are. */
  readonly names: number;
  /** What is not here. */
  readonly missing: readonly StoredObject[];
  /** What is here with other content, which is stored. */
  readonly other: readonly (StoredObject & { readonly spare: SpareFile })[];
  /** How many files are as they are stored. */
  readonly same: number;
  /** Files here that nothing is stored under the names of, their content being stored. Looked for with `withExtra` alone. */
  readonly extra: readonly SpareFile[];
  /** Files that are other, or extra, and whose content is stored nowhere: who replaced or deleted them would lose it. */
  readonly kept: readonly string[];
}

type Names = Pick<Catalogue, 'inFolder' | 'withContent'>;

/** The newest that is stored of each name, by name. */
const newestByName = async (catalogue: Names, folder: string): Promise<readonly StoredObject[]> =>
  (await newestInFolder(catalogue, folder)).toSorted((one, other) => (one.name < other.name ? -1 : 1));

export interface DownOptions extends SyncOptions {
  readonly root: string;
  readonly folder: string;
  /** Whether files that nothing is stored under the names of are looked for. */
  readonly withExtra: boolean;
  /** A folder that is never stored, and so lacks nothing. */
  readonly own?: FolderIdentity | undefined;
  /** Whether what is stored nowhere may be lost. */
  readonly force: boolean;
}

/** The file, if what is in it is stored under any name, or need not be; undefined if not, or if it cannot be read. */
const spareAt = async (catalogue: Names, path: string, { force, signal }: DownOptions): Promise<SpareFile | undefined> => {
  const content = await contentOf(path, signal).catch(() => undefined);
  signal?.throwIfAborted();
  if (content === undefined) return undefined;
  if (force) return { path, origin: content.origin };
  for await (const { state } of catalogue.withContent(content.sha256)) if (state === 'stored') return { path, origin: content.origin };
  return undefined;
};

/** What tells files apart, whatever they are called. */
const identityOf = async (path: string): Promise<string | undefined> => {
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev} ${found.ino}`;
};

/** Plain files in the folder that none of `paths` is, under whatever name. */
async function* extraIn({ root, own, signal }: DownOptions, paths: readonly string[]): AsyncGenerator<string> {
  if ((await lstat(root).catch(() => undefined)) === undefined) return;
  const wanted = new Set(await Promise.all(paths.map(identityOf)));
  for await (const found of walkFolder(root.replace(/(?<=.)\/+$/, ''), own, signal))
    if (found.kind === 'file' && !wanted.has(await identityOf(found.path))) yield found.path;
}

/** Compares what is stored in the folder `folder` of names with the files in the folder at `root`, by the catalogue alone. */
export const planSyncDown = async (catalogue: Names, options: DownOptions): Promise<DownPlan> => {
  const { root, folder, withExtra, comparing, signal } = options;
  const missing: StoredObject[] = [];
  const other: DownPlan['other'][number][] = [];
  const kept: string[] = [];
  const paths: string[] = [];
  let same = 0;
  for (const object of await newestByName(catalogue, folder)) {
    signal?.throwIfAborted();
    const below = nameBelow(object.name, folder);
    const path = join(root, below);
    const found = nameProblem(below) === undefined ? await lstat(path).catch(() => undefined) : undefined;
    paths.push(path);
    // What cannot be written there, whatever it is, is told by whoever tries.
    if (found?.isFile() !== true) missing.push(object);
    else if (await isSameFile(path, object, comparing, signal).catch(() => false)) same += 1;
    else {
      const spare = await spareAt(catalogue, path, options);
      if (spare) other.push({ ...object, spare });
      else kept.push(path);
    }
  }
  const extra: SpareFile[] = [];
  if (withExtra)
    for await (const path of extraIn(options, paths)) {
      const spare = await spareAt(catalogue, path, options);
      if (spare) extra.push(spare);
      else kept.push(path);
    }
  return { names: paths.length, missing, other, same, extra, kept };
};
