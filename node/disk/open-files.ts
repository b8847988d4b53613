import { fstatSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Files that stay open for reading: those that were used last. */
export interface OpenFiles {
  /** Runs `task` on the file that is at `path` now: one that was replaced or taken away is not read again. Rejects as `open` does. */
  use<Result>(path: string, task: (file: FileHandle) => Promise<Result>): Promise<Result>;
  /** Closes what was at `path`, so that the disk gets its room back; whoever is reading it reads to the end. */
  forget(path: string): Promise<void>;
  close(): Promise<void>;
}

interface Opened {
  readonly file: FileHandle;
  readonly device: number;
  readonly inode: number;
}

interface Held {
  readonly opening: Promise<Opened>;
  users: number;
  kept: boolean;
}

const openAt = async (path: string): Promise<Opened> => {
  const file = await open(path, 'r');
  const { dev: device, ino: inode } = fstatSync(file.fd);
  return { file, device, inode };
};

/** The system has the names that lead to an open file in memory: asking for them here costs less than asking a thread. */
const isAt = (path: string, { device, inode }: Opened): boolean => {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.ino === inode && found.dev === device;
  } catch {
    return false;
  }
};

/** Keeps at most `most` descriptors, beside those in use. */
export const createOpenFiles = (most: number): OpenFiles => {
  /** In the order of use. */
  const files = new Map<string, Held>();

  const closeIdle = async ({ opening, users, kept }: Held): Promise<void> => {
    if (!kept && users === 0)
      await opening.then(
        ({ file }) => file.close(),
        () => undefined,
      );
  };
  const release = (held: Held): Promise<void> => {
    held.users -= 1;
    return closeIdle(held);
  };
  const drop = (path: string, held: Held): Promise<void> => {
    if (files.get(path) === held) files.delete(path);
    held.kept = false;
    return closeIdle(held);
  };

  const add = (path: string): Held => {
    const held: Held = { opening: openAt(path), users: 1, kept: true };
    files.set(path, held);
    held.opening.catch(() => drop(path, held));
    for (const [oldest, each] of files) {
      if (files.size <= most) break;
      void drop(oldest, each);
    }
    return held;
  };

  /** What is open of `path`, for one user more; undefined, and closed, if it is not what is there. */
  const again = async (path: string, held: Held): Promise<Held | undefined> => {
    held.users += 1;
    const opened = await held.opening.catch(() => undefined);
    if (opened !== undefined && isAt(path, opened)) return held;
    void drop(path, held);
    await release(held);
    return undefined;
  };

  const acquire = async (path: string): Promise<Held> => {
    for (let held = files.get(path); held !== undefined; held = files.get(path)) {
      files.delete(path);
      files.set(path, held);
      const found = await again(path, held);
      if (found !== undefined) return found;
    }
    return add(path);
  };

  const forget = async (path: string): Promise<void> => {
    const held = files.get(path);
    if (held !== undefined) await drop(path, held);
  };

  return {
    use: async (path, task) => {
      const held = await acquire(path);
      try {
        return await task((await held.opening).file);
      } finally {
        await release(held);
      }
    },
    forget,
    close: async () => {
      await Promise.all([...files.keys()].map(forget));
    },
  };
};
