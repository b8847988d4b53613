import { randomBytes } from 'node:crypto';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { SectorRef } from '../../core/data/data-set.js';
import { syncDirectory } from '../../disk/durable-file.js';
import { PACK_HEAD_BYTES, packedBytes, type PackPlace } from '../index/sector-entry.js';
import { packEntry, packHead, saltOf, SALT_BYTES } from './pack-format.js';
import { packPath, PACKS, readAt } from './pack-file.js';

/** A sector with its bytes. */
export interface Packed {
  readonly sector: SectorRef;
  readonly bytes: Uint8Array;
}

/** Points that an append passes, in order. */
export type PackStep = 'packed' | 'pack-synced';

/** The pack that entries are appended to. */
interface Current {
  readonly number: number;
  readonly salt: Buffer;
  readonly handle: FileHandle;
  length: number;
}

/** The pack that grows: what small sectors are appended to. */
export interface PackAppender {
  /** The pack that is appended to, which stays; undefined before the first append. */
  readonly current: number | undefined;
  /** Appends; durable when it resolves to where each lies. One at a time. A failure leaves nothing that counts. */
  append(sectors: readonly Packed[]): Promise<readonly PackPlace[]>;
  close(): Promise<void>;
}

const writeAt = async (handle: FileHandle, offset: number, bytes: Buffer): Promise<void> => {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at, bytes.length - at, offset + at)).bytesWritten;
};

export interface PackAppenderOptions {
  readonly path: string;
  /** Where appending goes on, behind what is known to be whole: what lies after it is cut off. */
  readonly last: { readonly number: number; readonly length: number } | undefined;
  /** The first number that no pack has had. */
  readonly next: number;
  /** A pack that has so many bytes gets no more entries. */
  readonly packBytes: number;
  readonly onStep?: ((step: PackStep) => void | Promise<void>) | undefined;
}

export const createPackAppender = ({ path, last, next: first, packBytes, onStep }: PackAppenderOptions): PackAppender => {
  let current: Current | undefined;
  let resumed = last === undefined;
  let next = first;

  const begin = async (): Promise<Current> => {
    const number = next;
    const salt = randomBytes(SALT_BYTES);
    await mkdir(join(path, PACKS), { recursive: true });
    const handle = await open(packPath(path, number), 'wx+', 0o600);
    try {
      await handle.write(packHead(salt), 0, PACK_HEAD_BYTES, 0);
      await handle.sync();
      await syncDirectory(join(path, PACKS));
      await syncDirectory(path);
    } catch (error) {
      await handle.close();
      await rm(packPath(path, number), { force: true });
      throw error;
    }
    next += 1;
    return { number, salt, handle, length: PACK_HEAD_BYTES };
  };

  const resume = async ({ number, length }: { readonly number: number; readonly length: number }): Promise<Current | undefined> => {
    const handle = await open(packPath(path, number), 'r+');
    const salt = saltOf(await readAt(handle, 0, PACK_HEAD_BYTES));
    if (salt === undefined) {
      await handle.close();
      return undefined;
    }
    await handle.truncate(length);
    return { number, salt, handle, length };
  };

  const abandon = async (): Promise<void> => {
    const left = current;
    current = undefined;
    await left?.handle.truncate(left.length).catch(() => undefined);
    await left?.handle.close().catch(() => undefined);
  };

  const takesMore = async (): Promise<Current> => {
    if (!resumed && last !== undefined && last.length < packBytes) current = await resume(last).catch(() => undefined);
    resumed = true;
    // What is written to a file that was taken away nobody finds again.
    if (current !== undefined && (current.length >= packBytes || (await current.handle.stat()).nlink === 0)) {
      await current.handle.close();
      current = undefined;
    }
    return (current ??= await begin());
  };

  return {
    get current() {
      return current?.number ?? (resumed ? undefined : last?.number);
    },
    append: async (sectors) => {
      const pack = await takesMore();
      const places: PackPlace[] = [];
      const entries: Buffer[] = [];
      let { length } = pack;
      for (const { sector, bytes } of sectors) {
        places.push({ number: pack.number, offset: length });
        entries.push(packEntry(pack.salt, length, sector, bytes));
        length += packedBytes(sector);
      }
      try {
        await writeAt(pack.handle, pack.length, Buffer.concat(entries));
        await onStep?.('packed');
      } catch (error) {
        await pack.handle.truncate(pack.length).catch(abandon);
        throw error;
      }
      try {
        await pack.handle.datasync();
        await onStep?.('pack-synced');
      } catch (error) {
        // Of a file that was not synced once, nothing that the disk says later can be relied on.
        await abandon();
        throw error;
      }
      pack.length = length;
      return places;
    },
    close: async () => {
      await current?.handle.close();
      current = undefined;
    },
  };
};
