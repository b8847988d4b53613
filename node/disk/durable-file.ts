import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { removeDrafts } from './drafts.js';
import { withReserve } from './reserve.js';

/** Points that a durable write passes, in order. At `durable` the file survives power loss under its name. */
export type WriteStep = 'written' | 'synced' | 'renamed' | 'durable';

/** What a file gets: bytes, text, or several bytes one after the other. */
export type FileContent = Uint8Array | string | readonly Uint8Array[];

export interface DurableWriteOptions {
  /** Where the bytes go first, on the same file system. By default `.new` at the end: right where one process writes. */
  readonly temporary?: string;
  /** Heeded until the file has its name. */
  readonly signal?: AbortSignal | undefined;
  /** Bulk, which a full disk refuses: what else is written has the reserve. */
  readonly bulk?: boolean;
  /** Called after each step, and waited for. */
  readonly onStep?: ((step: WriteStep) => void | Promise<void>) | undefined;
}

/** Makes the names in directory `path` survive power loss. */
export const syncDirectory = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Replaces the file at `path`, all or nothing, readable by its owner alone; durable when it resolves. Temporary file, write,
 * fsync, rename, fsync of the directory. A failure leaves nothing behind. A full disk gives up its reserve first.
 */
export const writeDurably = (path: string, content: FileContent, options: DurableWriteOptions = {}): Promise<void> =>
  options.bulk === true ? write(path, content, options) : withReserve(dirname(path), () => write(path, content, options));

const write = async (path: string, content: FileContent, options: DurableWriteOptions): Promise<void> => {
  const { temporary = `${path}.new`, signal, onStep } = options;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(content, signal ? { signal } : {});
      await onStep?.('written');
      await handle.sync();
      await onStep?.('synced');
    } finally {
      await handle.close();
    }
    signal?.throwIfAborted();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await onStep?.('renamed');
  await syncDirectory(dirname(path));
  await onStep?.('durable');
};

/** The same where several processes may write at once: the last one stays. What an interrupted one left is removed after a day. */
export const writeDurablyShared = async (path: string, content: string): Promise<void> => {
  await removeDrafts(dirname(path), (name) => name.startsWith(`${basename(path)}.`) && /\.[0-9a-f]{12}\.tmp$/.test(name));
  await writeDurably(path, content, { temporary: `${path}.${randomBytes(6).toString('hex')}.tmp` });
};

/** Makes the directory at `path` and what leads to it, where they are missing. Durable when it resolves. */
export const makeDirectory = async (path: string, mode = 0o777): Promise<void> => {
  const first = await mkdir(path, { recursive: true, mode });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let parent = dirname(resolve(path)); ; parent = dirname(parent)) {
    await syncDirectory(parent);
    if (parent === top) return;
  }
};

/** Gives the file at `from` the name `to` in the same directory, in the place of what had it. Durable when it resolves. */
export const renameDurably = async (from: string, to: string): Promise<void> => {
  await rename(from, to);
  await syncDirectory(dirname(to));
};

/** Removes the file at `path`, if it is there. Durable when it resolves. */
export const removeDurably = async (path: string): Promise<void> => {
  await rm(path, { force: true });
  await syncDirectory(dirname(path));
};
