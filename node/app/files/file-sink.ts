import type { Stats } from 'node:fs';
import { link, lstat, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { systemCode, unwritable } from '../../disk/disk-error.js';
import { syncDirectory } from '../../disk/durable-file.js';
import type { ByteSink } from '../../ports/world.js';
import { originOf } from './file-source.js';
import { specialKind } from './walk-folder.js';
import { createPartNames, openPart, partPath, removeParts, type PartNames } from './part-file.js';

export interface FileSinkOptions {
  /** Replaces a file that is there. */
  readonly overwrite?: boolean;
  /** What the file that is replaced has to be still, as `originOf` says it. */
  readonly replaces?: string | undefined;
  /** When what is written was changed last, nanoseconds since 1970: the file is dated so before it has its name. Default: now. */
  readonly changedNs?: bigint | undefined;
  /** Id of what is written: a later sink of the same id and path goes on where this one was suspended. */
  readonly content?: string;
  /** What is known of parts beside the file, where several are written in a run. */
  readonly partNames?: PartNames;
}

/**
 * Gives `part` the name `path`, which nothing may have, a link to nowhere neither: FILE_EXISTS. A hard link, unlike a rename, never replaces a file that has
 * appeared meanwhile.
 */
export const publishNew = async (part: string, path: string, hardLink: typeof link = link): Promise<void> => {
  try {
    await hardLink(part, path);
    await rm(part);
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') throw new HoldfastError('FILE_EXISTS', { path }, { cause });
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(systemCode(cause) ?? '')) throw cause;
    // A file system without links: the look before the rename is all there is.
    if (await lstat(path).catch(() => undefined)) throw new HoldfastError('FILE_EXISTS', { path }, { cause });
    await rename(part, path);
  }
};

/** What has that name, links not followed; undefined if nothing has. Rejects where nothing can have it. */
const found = (path: string, look: typeof lstat): Promise<Stats | undefined> =>
  look(path).catch((cause: unknown) => {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw unwritable(path, cause);
  });

/**
 * Says before anything is read whether a file may be written to `path`: one that is new, or with `overwrite` in the place of a plain file or of a
 * link, wherever that leads. FILE_EXISTS; FILE_UNWRITABLE for a folder or a link to one, for what is no file and must not become one (a FIFO, a socket, a
 * device), and for a name that nothing can have there.
 */
export const requireTarget = async (path: string, { overwrite = false }: Pick<FileSinkOptions, 'overwrite'>): Promise<void> => {
  const there = await found(path, lstat);
  if (there === undefined) return;
  const isFolder = there.isDirectory() || (there.isSymbolicLink() && (await stat(path).catch(() => undefined))?.isDirectory() === true);
  if (isFolder) throw new HoldfastError('FILE_UNWRITABLE', { path, reason: 'it is a folder: name a file in it' });
  if (!there.isFile() && !there.isSymbolicLink()) {
    const reason = `it is a ${specialKind(there)}: with "--out -" the bytes come on standard output, to be sent there`;
    throw new HoldfastError('FILE_UNWRITABLE', { path, reason });
  }
  if (!overwrite) throw new HoldfastError('FILE_EXISTS', { path });
};

/** FILE_TOUCHED where another file is there than the one that is to be replaced, or none. */
const requireUntouched = async (path: string, replaces: string | undefined): Promise<void> => {
  if (replaces === undefined) return;
  const there = await stat(path, { bigint: true }).catch(() => undefined);
  if (there === undefined || originOf(there) !== replaces) throw new HoldfastError('FILE_TOUCHED', { path });
};

/** Makes sure that the file may be written, and removes parts that nobody goes on with. */
const requireFree = async (path: string, part: string, overwrite: boolean, partNames: PartNames): Promise<void> => {
  const there = await found(path, lstat);
  await removeParts(path, part, overwrite || there === undefined, partNames);
  await requireTarget(path, { overwrite });
};

const writeAt = async (handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
};

const readAt = async (handle: FileHandle, offset: number, length: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(length);
  let done = 0;
  for (let read = -1; done < length && read !== 0; done += read)
    ({ bytesRead: read } = await handle.read(bytes, done, length - done, offset + done));
  return bytes.subarray(0, done);
};

/**
 * A file to be written whole or not at all; it appears under its name at `finish`. FILE_EXISTS unless `overwrite`; FILE_TOUCHED where it is not what it
 * `replaces`, now or at `finish`; DISK_FULL, which keeps what is there; FILE_UNWRITABLE. With `content` it can be suspended, and knows what an earlier run has left.
 */
export const createFileSink = async (path: string, options: FileSinkOptions = {}): Promise<ByteSink> => {
  const { overwrite = false, replaces, changedNs, content, partNames = createPartNames() } = options;
  const part = partPath(path, content);
  const told = <Result>(task: Promise<Result>): Promise<Result> =>
    task.catch((cause: unknown) => {
      throw unwritable(path, cause);
    });
  await told(requireUntouched(path, replaces));
  await told(requireFree(path, part, overwrite, partNames));
  const handle = await told(openPart(part));
  const earlier = (await told(handle.stat())).size;
  let position = 0;
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= handle.close());

  const abandon = async (): Promise<void> => {
    await close();
    await rm(part, { force: true });
  };
  const finish = async (): Promise<void> => {
    if (earlier > position) await handle.truncate(position);
    // A file system that keeps no dates has files of now.
    if (changedNs !== undefined) await handle.utimes(Number(changedNs) / 1e9, Number(changedNs) / 1e9).catch(() => undefined);
    await handle.sync();
    await requireUntouched(path, replaces).catch(async (error: unknown) => {
      await abandon();
      throw error;
    });
    await close();
    if (overwrite) await rename(part, path);
    else await publishNew(part, path);
    await syncDirectory(dirname(resolve(path)));
  };
  return {
    ...(earlier > 0 && {
      earlier: {
        length: earlier,
        read: (offset, length) => told(readAt(handle, offset, length)),
        keep: (length) => void (position = length),
      },
    }),
    write: async (bytes) => {
      await told(writeAt(handle, bytes, position));
      position += bytes.length;
    },
    finish: () => told(finish()),
    abandon,
    suspend: async () => {
      if (content === undefined || Math.max(position, earlier) === 0) await abandon();
      else await close();
    },
  };
};
