import { lstat, readdir, stat } from 'node:fs/promises';
import type { Dirent, Stats } from 'node:fs';
import type { HoldfastError } from '../../core/errors/holdfast-error.js';
import { unreadable } from '../../disk/disk-error.js';
import { shownName, textOfName } from './object-name.js';

/** What is neither a plain file nor a folder. */
export type SpecialKind = 'symbolic link' | 'FIFO' | 'socket' | 'character device' | 'block device' | 'file of an unknown kind';

/** What was found in a folder. `path` leads to it from where the command runs, `name` from the folder that was walked. */
export type Found =
  | { readonly kind: 'file'; readonly path: string; readonly name: string }
  /** Left out by rule. */
  | { readonly kind: 'skipped'; readonly path: string; readonly reason: SpecialKind | "Holdfast's own folder" | 'empty folder' }
  /** Could not be taken though it should be. */
  | { readonly kind: 'failed'; readonly path: string; readonly error: HoldfastError };

/** A folder that is not walked into, by what the file system calls it. */
export type FolderIdentity = Pick<Stats, 'dev' | 'ino'>;

type Kinds = Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket' | 'isCharacterDevice' | 'isBlockDevice'>;

/** What kind of file that is, in words, of what is no plain file and no folder. */
export const specialKind = (found: Kinds): SpecialKind => {
  if (found.isSymbolicLink()) return 'symbolic link';
  if (found.isFIFO()) return 'FIFO';
  if (found.isSocket()) return 'socket';
  if (found.isCharacterDevice()) return 'character device';
  return found.isBlockDevice() ? 'block device' : 'file of an unknown kind';
};

interface Step {
  readonly path: string;
  readonly name: string;
}

const isSame = (one: FolderIdentity, other: FolderIdentity | undefined): boolean => one.dev === other?.dev && one.ino === other.ino;

const byName = (one: Dirent<Buffer>, other: Dirent<Buffer>): number => Buffer.compare(one.name, other.name);

/** The entries of a folder, in the order of their bytes. */
const entriesOf = async ({ path }: Step): Promise<readonly Dirent<Buffer>[]> =>
  (await readdir(path, { withFileTypes: true, encoding: 'buffer' })).sort(byName);

/**
 * All files below the folder at `path`, folder by folder. Nothing is opened and no link followed, so that it ends; what cannot be listed is told
 * as failed, and the rest goes on. `own` is left out.
 */
export async function* walkFolder(path: string, own: FolderIdentity | undefined, signal?: AbortSignal): AsyncGenerator<Found> {
  const folders: Step[] = [{ path, name: '' }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal?.throwIfAborted();
    const inside: Step[] = [];
    try {
      // The first may be a link to it.
      if (isSame(await (folder.name === '' ? stat : lstat)(folder.path), own)) {
        yield { kind: 'skipped', path: folder.path, reason: "Holdfast's own folder" };
        continue;
      }
      const entries = await entriesOf(folder);
      if (entries.length === 0) yield { kind: 'skipped', path: folder.path, reason: 'empty folder' };
      for (const entry of entries) yield* look(folder, entry, inside);
    } catch (cause) {
      yield { kind: 'failed', path: folder.path, error: unreadable(folder.path, cause) };
    }
    folders.push(...inside.reverse());
  }
}

/** One entry of a folder; folders are added to `inside`. */
async function* look(folder: Step, entry: Dirent<Buffer>, inside: Step[]): AsyncGenerator<Found> {
  const shown = `${folder.path}/${shownName(entry.name)}`;
  try {
    const name = textOfName(entry.name);
    const step: Step = { path: `${folder.path}/${name}`, name: folder.name === '' ? name : `${folder.name}/${name}` };
    const kind: Kinds = isKnown(entry) ? entry : await lstat(step.path);
    if (kind.isDirectory()) inside.push(step);
    else if (kind.isFile()) yield { kind: 'file', ...step };
    else yield { kind: 'skipped', path: step.path, reason: specialKind(kind) };
  } catch (cause) {
    yield { kind: 'failed', path: shown, error: unreadable(shown, cause) };
  }
}

/** Some file systems tell no kinds when they list. */
const isKnown = (entry: Kinds): boolean => entry.isFile() || entry.isDirectory() || specialKind(entry) !== 'file of an unknown kind';
