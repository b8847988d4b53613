import { randomFillSync } from 'node:crypto';
import { open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isOutOfSpace, unwritable } from './disk-error.js';

/*
 * Room on a disk for what must be written though it is full: signed numbers, and transactions with proofs. A file of random bytes
 * holds it, which no file system can pack; whoever meets a full disk gives the file up and writes again.
 */

export interface ReserveOptions {
  /** The file. */
  readonly path: string;
  readonly bytes: number;
  /** Bytes that must be free beside, before the reserve is made again: what was freed is not to be taken at once. */
  readonly floor: number;
  /** Bytes that this user can still write. Default: what the file system says. */
  readonly free?: () => Promise<number>;
}

/** Room kept for what cannot wait. */
export interface Reserve {
  /** Whether all of it is there. */
  readonly whole: boolean;
  /** Makes it again where there is room; whether it is whole then. */
  restore(): Promise<boolean>;
  /** Leaves the file where it is and gives it up no more. */
  close(): void;
}

/** Reserves of this process; disks belong to nobody smaller. */
const kept = new Set<{ readonly device: number; readonly giveUp: () => Promise<void> }>();
/** How many were given up so far: whoever failed meanwhile tries again too. */
let given = 0;

const CHUNK = 1 << 20;

/** Bytes that this user can still write to the disk of `path`. */
export const freeBytes = async (path: string): Promise<number> => {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
};

const deviceOf = async (path: string): Promise<number | undefined> => (await stat(path).catch(() => undefined))?.dev;

const fill = async (path: string, bytes: number): Promise<void> => {
  const temporary = `${path}.new`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      const chunk = Buffer.alloc(Math.min(CHUNK, bytes));
      for (let at = 0; at < bytes; at += chunk.length) await handle.writeFile(randomFillSync(chunk).subarray(0, bytes - at));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};

/** Takes the reserve at `path`, in a folder that is there, into use; made now if there is room. */
export const openReserve = async ({ path, bytes, floor, free = () => freeBytes(dirname(path)) }: ReserveOptions): Promise<Reserve> => {
  let whole = (await stat(path).catch(() => undefined))?.size === bytes;
  let giving: Promise<void> | undefined;
  const giveUp = async (): Promise<void> => {
    if (!whole) return;
    whole = false;
    await rm(path, { force: true });
    given += 1;
  };
  const entry = {
    device: (await stat(dirname(path))).dev,
    giveUp: (): Promise<void> => (giving ??= giveUp().finally(() => (giving = undefined))),
  };
  const restore = async (): Promise<boolean> => {
    if (whole || (await free()) < bytes + floor) return whole;
    whole = await fill(path, bytes).then(
      () => true,
      () => false,
    );
    return whole;
  };
  kept.add(entry);
  await restore();
  return {
    get whole() {
      return whole;
    },
    restore,
    close: () => void kept.delete(entry),
  };
};

/**
 * Runs `task`, which writes at `path`; where it meets a full disk, once more with the reserves of that disk given up. For what must
 * not wait; bulk goes without. DISK_FULL where that is not enough.
 */
export const withReserve = async <Result>(path: string, task: () => Promise<Result>): Promise<Result> => {
  const before = given;
  try {
    return await task();
  } catch (error) {
    if (!isOutOfSpace(error)) throw error;
    const device = await deviceOf(path);
    for (const entry of kept) if (device === undefined || entry.device === device) await entry.giveUp();
    if (given === before) throw unwritable(path, error);
    return await task().catch((again: unknown) => {
      throw isOutOfSpace(again) ? unwritable(path, again) : again;
    });
  }
};
