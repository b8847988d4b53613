import { randomBytes } from 'node:crypto';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { asError } from '../core/errors/coded.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { removeDrafts } from '../disk/drafts.js';
import { syncDirectory } from '../disk/durable-file.js';
import type { ByteSink, ByteSource } from '../ports/world.js';

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
const unreadable = (path: string, cause: unknown): HoldfastError =>
  new HoldfastError('FILE_UNREADABLE', { path, reason: asError(cause).message }, { cause });

/** A file to be read by position. FILE_UNREADABLE for what is missing, forbidden or no plain file. */
export const openFileSource = async (path: string): Promise<ByteSource & AsyncDisposable> => {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  const { size } = await handle.stat().then(async (found) => {
    if (found.isFile()) return found;
    await handle.close();
    throw new HoldfastError('FILE_UNREADABLE', { path, reason: 'it is no plain file' });
  });
  const read = async (offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> => {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done).catch((cause: unknown) => {
        throw unreadable(path, cause);
      });
      if (bytesRead === 0) throw new HoldfastError('FILE_UNREADABLE', { path, reason: 'it became shorter while it was read' });
      done += bytesRead;
    }
    return bytes;
  };
  return {
    length: size,
    read,
    [Symbol.asyncDispose]: async () => {
      await handle.close();
    },
  };
};

/** A file to be written whole or not at all; it appears under its name at `finish`. FILE_EXISTS unless `overwrite`. */
export const createFileSink = async (path: string, options: { readonly overwrite?: boolean } = {}): Promise<ByteSink> => {
  const { overwrite = false } = options;
  const folder = dirname(resolve(path));
  await removeDrafts(folder, (name) => name.startsWith(`${basename(path)}.`) && /\.[0-9a-f]{12}\.part$/.test(name));
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw new HoldfastError('FILE_UNWRITABLE', { path, reason: 'it is a folder: name a file in it' });
  if (there && !overwrite) throw new HoldfastError('FILE_EXISTS', { path });
  const temporary = `${resolve(path)}.${randomBytes(6).toString('hex')}.part`;
  const unwritable = (cause: unknown): HoldfastError =>
    new HoldfastError('FILE_UNWRITABLE', { path, reason: asError(cause).message }, { cause });
  const handle = await open(temporary, 'wx').catch((cause: unknown) => {
    throw unwritable(cause);
  });
  const publish = async (): Promise<void> => {
    if (overwrite) return await rename(temporary, path);
    // A link, unlike a rename, never replaces a file that has appeared meanwhile.
    await link(temporary, path).catch((cause: unknown) => {
      throw codeOf(cause) === 'EEXIST' ? new HoldfastError('FILE_EXISTS', { path }, { cause }) : cause;
    });
    await rm(temporary);
  };
  return {
    write: async (bytes) => {
      await handle.writeFile(bytes).catch((cause: unknown) => {
        throw unwritable(cause);
      });
    },
    finish: async () => {
      await handle.sync();
      await handle.close();
      await publish();
      await syncDirectory(folder);
    },
    abandon: async () => {
      await handle.close();
      await rm(temporary, { force: true });
    },
  };
};
