import { constants } from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import type { Change } from './trace.js';

/** Takes down what happened to the disk. */
export type Note = (change: Change, path: string) => void;

type Loose = Record<string, (...rest: never[]) => Promise<unknown>>;
const module = promises as unknown as Loose;

/** Changes the disk and is not understood here: whoever begins to use one is told so. */
const UNKNOWN = ['appendFile', 'copyFile', 'cp', 'symlink', 'truncate', 'rmdir'] as const;
const UNKNOWN_OF_HANDLES = ['appendFile', 'createWriteStream'] as const;

const cutsOff = (flags: string | number): boolean =>
  typeof flags === 'string' ? flags.startsWith('w') : (flags & constants.O_TRUNC) !== 0;

const bytesOf = (data: unknown): Buffer => (typeof data === 'string' ? Buffer.from(data) : Buffer.from(data as Uint8Array));

/** A handle that takes down what is done with it. `path` was opened under the number `handle`. */
const recorded = (real: FileHandle, handle: number, path: string, isFolder: boolean, note: Note): FileHandle => {
  let cursor = 0;
  const write = (bytes: Buffer, position: number | null | undefined): void => {
    const at = typeof position === 'number' ? position : cursor;
    if (typeof position !== 'number') cursor += bytes.length;
    note({ kind: 'write', handle, at, bytes: Buffer.from(bytes) }, path);
  };
  const sync = async (task: () => Promise<void>): Promise<void> => {
    await task();
    note(isFolder ? { kind: 'fsync of the directory', path } : { kind: 'fsync', handle }, path);
  };
  const changed: Partial<Record<keyof FileHandle, unknown>> = {
    write: async (data: Uint8Array | string, offset?: number | object | null, length?: number, position?: number | null) => {
      const options =
        typeof offset === 'object' && offset !== null ? (offset as { offset?: number; length?: number; position?: number }) : undefined;
      const from = options?.offset ?? (typeof offset === 'number' ? offset : 0);
      const bytes = bytesOf(data);
      const count = options?.length ?? length ?? bytes.length - from;
      const result = await real.write(bytes, from, count, options?.position ?? position ?? null);
      write(bytes.subarray(from, from + result.bytesWritten), options?.position ?? position);
      return result;
    },
    writev: async (parts: readonly Uint8Array[], position?: number) => {
      const result = await real.writev(parts, position);
      write(Buffer.concat(parts), position);
      return result;
    },
    writeFile: async (data: Uint8Array | string, options?: object) => {
      await real.writeFile(data, options);
      write(bytesOf(data), undefined);
    },
    truncate: async (size = 0) => {
      await real.truncate(size);
      note({ kind: 'truncate', handle, size }, path);
    },
    sync: async () => sync(() => real.sync()),
    datasync: async () => sync(() => real.datasync()),
  };
  for (const name of UNKNOWN_OF_HANDLES)
    changed[name] = (): never => {
      throw new Error(`the recorder of crashes does not know FileHandle.${name} yet`);
    };
  return new Proxy(real, {
    get: (target, key) => {
      const own = changed[key as keyof FileHandle];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
};

/**
 * Takes down what this process does to files under `root`, by whichever module, until what it returns is called. One at a time: it
 * changes node:fs/promises itself.
 */
export const recordFiles = (root: string, note: Note): (() => void) => {
  const before = { ...module };
  const isOurs = (path: unknown): path is string => typeof path === 'string' && `${resolve(path)}/`.startsWith(`${root}/`);
  let handles = 0;

  const openOne = async (path: string, flags: string | number = 'r', mode?: number): Promise<FileHandle> => {
    const real = (await before['open']?.(path as never, flags as never, mode as never)) as FileHandle;
    if (!isOurs(path)) return real;
    const isFolder = (await real.stat()).isDirectory();
    const handle = ++handles;
    if (!isFolder) note({ kind: 'open', handle, path: resolve(path), truncate: cutsOff(flags) }, path);
    return recorded(real, handle, resolve(path), isFolder, note);
  };
  const changed: Loose = {
    open: openOne,
    writeFile: async (path: string, data: Uint8Array | string, options?: { mode?: number; flag?: string }) => {
      if (!isOurs(path)) return before['writeFile']?.(path, data as never, options as never);
      const handle = await openOne(path, options?.flag ?? 'w', options?.mode);
      try {
        await handle.writeFile(data);
      } finally {
        await handle.close();
      }
    },
    mkdir: async (path: string, options?: { recursive?: boolean }) => {
      const first = (await before['mkdir']?.(path as never, options as never)) as string | undefined;
      if (!isOurs(path)) return first;
      const made: string[] = [];
      const top = options?.recursive === true ? first && resolve(first) : resolve(path);
      for (let at = resolve(path); top !== undefined && at.length >= top.length; at = resolve(at, '..')) made.unshift(at);
      for (const one of made) note({ kind: 'mkdir', path: one }, one);
      return first;
    },
    rm: async (path: string, options?: object) => {
      const isThere = isOurs(path) && (await promises.lstat(path).catch(() => undefined)) !== undefined;
      await before['rm']?.(path as never, options as never);
      if (isThere) note({ kind: 'remove', path: resolve(path) }, path);
    },
    unlink: async (path: string) => {
      await before['unlink']?.(path as never);
      if (isOurs(path)) note({ kind: 'remove', path: resolve(path) }, path);
    },
  };
  for (const kind of ['rename', 'link'] as const)
    changed[kind] = async (path: string, to: string) => {
      await before[kind]?.(path as never, to as never);
      if (isOurs(path)) note({ kind, path: resolve(path), to: resolve(to) }, to);
    };
  for (const name of UNKNOWN)
    changed[name] = async (path: string, ...rest: unknown[]) => {
      if (isOurs(path)) throw new Error(`the recorder of crashes does not know fs.${name} yet`);
      return before[name]?.(path, ...(rest as never[]));
    };
  Object.assign(module, changed);
  syncBuiltinESMExports();
  return () => {
    Object.assign(module, before);
    syncBuiltinESMExports();
  };
};
