import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { removeDrafts } from '../../disk/drafts.js';

/** Longest stem of a part's name, bytes, so that the whole is a name that file systems take. */
const STEM_BYTES = 230;
const MARK = /^\.[0-9a-f]{12}\.part$/;
const PART = /\.[0-9a-f]{12}\.part$/;

const stemOf = (path: string): string => {
  const name = basename(path);
  return Buffer.byteLength(name) <= STEM_BYTES ? name : createHash('sha256').update(name).digest('hex');
};

/**
 * Where the bytes of the file at `path` lie until it is whole: beside it, under a name of their own. That of a `content` with an id is the same in
 * every run, so that a later one finds what an earlier one wrote.
 */
export const partPath = (path: string, content?: string): string => {
  const mark = content === undefined ? randomBytes(6).toString('hex') : createHash('sha256').update(content).digest('hex').slice(0, 12);
  return join(dirname(resolve(path)), `${stemOf(path)}.${mark}.part`);
};

/** Names of the parts that a folder had when it was first asked for. */
export type PartNames = (folder: string) => Promise<readonly string[]>;

/** Looks into each folder once, however many files are written there. */
export const createPartNames = (): PartNames => {
  const found = new Map<string, Promise<readonly string[]>>();
  const look = async (folder: string): Promise<readonly string[]> =>
    (await readdir(folder).catch(() => [])).filter((name) => PART.test(name));
  return (folder) => {
    const names = found.get(folder) ?? look(folder);
    found.set(folder, names);
    return names;
  };
};

/**
 * Removes parts of the file at `path` that are of no use: of those in `names` the ones that nobody has touched for a day, but that at `part` where it
 * `isWanted`; and that one at once if it is the file itself, which got its name before the power was lost.
 */
export const removeParts = async (path: string, part: string, isWanted: boolean, names: PartNames): Promise<void> => {
  const stem = stemOf(path);
  const isKept = (name: string): boolean => isWanted && name === basename(part);
  const folder = dirname(part);
  const isOfFile = (name: string): boolean => name.startsWith(stem) && MARK.test(name.slice(stem.length)) && !isKept(name);
  await removeDrafts(folder, isOfFile, await names(folder));
  const [file, other] = await Promise.all([path, part].map((one) => lstat(one).catch(() => undefined)));
  if (file !== undefined && file.ino === other?.ino && file.dev === other.dev) await rm(part);
};

const { O_CREAT, O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Opens a part, new or left by an earlier run. Rejects where somebody else's file, or no plain file, has its name. */
export const openPart = async (part: string): Promise<FileHandle> => {
  const handle = await open(part, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o666);
  const found = await handle.stat();
  if (found.isFile() && found.nlink === 1 && found.uid === (process.geteuid?.() ?? found.uid)) return handle;
  await handle.close();
  throw new Error(`${part} is not a file that this user made`);
};
