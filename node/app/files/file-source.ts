import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { unreadable } from '../../disk/disk-error.js';
import type { ByteSource } from '../../ports/world.js';
import { specialKind } from './walk-folder.js';

/** What is at a path, as far as it tells whether it is still the same. Nanoseconds since 1970; Linux counts in steps of a few milliseconds. */
export interface FileStamp {
  /** Tells files apart that were written in the same step. */
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** `stamp` as the origin of an object: who changes a file changes it, by whatever means. */
export const originOf = ({ ino, size, mtimeNs, ctimeNs }: FileStamp): string => `file ${ino} ${size} ${mtimeNs} ${ctimeNs}`;

/** What `origin` says of the file that an object was made of; undefined of what was made of none. */
export const stampIn = (origin: string | undefined): FileStamp | undefined => {
  const found = /^file (\d+) (\d+) (-?\d+) (-?\d+)$/.exec(origin ?? '');
  if (found === null) return undefined;
  const [ino = 0n, size = 0n, mtimeNs = 0n, ctimeNs = 0n] = found.slice(1).map(BigInt);
  return { ino, size, mtimeNs, ctimeNs };
};

/** Whether what was there at `before` is there no more. A file that only grew has it still. */
export const isOther = (before: FileStamp, now: FileStamp): boolean =>
  now.size < before.size || (now.size === before.size && now.mtimeNs !== before.mtimeNs);

/** Opening waits for nobody, whatever is at the path. */
export const READ_AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const openPlain = async (path: string): Promise<readonly [FileHandle, FileStamp]> => {
  const handle = await open(path, READ_AT_ONCE);
  try {
    const found = await handle.stat({ bigint: true });
    if (found.isFile()) return [handle, found];
    const reason = found.isDirectory() ? 'it is a folder' : `it is a ${specialKind(await handle.stat())}`;
    throw new HoldfastError('FILE_UNREADABLE', { path, reason });
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/** A plain file to be read by position. */
export interface FileSource extends ByteSource, AsyncDisposable {
  readonly length: number;
  origin(): Promise<string>;
}

/**
 * A plain file to be read by position, as long as it is when it is opened: what is added later is left. FILE_UNREADABLE for what is missing,
 * forbidden or no plain file. SOURCE_CHANGED from whatever read meets its end earlier, and from the read of its last byte if it was written to
 * meanwhile. Holes cost no reading: the system makes zeros of them.
 */
export const openFileSource = async (path: string): Promise<FileSource> => {
  const [handle, stamp] = await openPlain(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  const length = Number(stamp.size);
  let closed: Promise<void> | undefined;
  const changed = (): HoldfastError => new HoldfastError('SOURCE_CHANGED', { name: path });

  const fill = async (bytes: Uint8Array, offset: number, signal?: AbortSignal): Promise<void> => {
    for (let done = 0; done < bytes.length;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, offset + done).catch((cause: unknown) => {
        throw unreadable(path, cause);
      });
      if (bytesRead === 0) throw changed();
      done += bytesRead;
    }
  };
  const current = (): Promise<FileStamp> => handle.stat({ bigint: true });
  const close = (): Promise<void> => (closed ??= handle.close());
  return {
    length,
    read: async (offset, wanted, signal, into) => {
      const here = Math.max(0, Math.min(wanted, length - offset));
      const bytes = into?.subarray(0, here) ?? new Uint8Array(here);
      await fill(bytes, offset, signal);
      if (offset + bytes.length === length && isOther(stamp, await current())) throw changed();
      return bytes;
    },
    origin: async () => {
      const now = await current();
      return originOf(isOther(stamp, now) ? now : stamp);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
