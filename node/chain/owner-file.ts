import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HoldfastError } from '../core/errors.js';

/** Folders that this process owns. A process after a restart often has the number of the one before it (in a container, always). */
const owned = new Set<string>();

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Moves the file of a dead owner away; puts it back if somebody living took its place meanwhile. */
const moveAway = async (path: string, dead: string): Promise<void> => {
  const aside = `${path}.${randomUUID()}.old`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== dead) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
};

/**
 * Makes this process the one owner of `directory`, until it ends or calls what this resolves to. JOURNAL_IN_USE with the
 * process id when another running process, or this one, owns it.
 */
export const ownDirectory = async (directory: string): Promise<() => Promise<void>> => {
  const path = resolve(directory, 'owner');
  const mine = `${path}.${randomUUID()}.new`;
  await writeFile(mine, String(process.pid), { mode: 0o600 });
  try {
    for (;;) {
      try {
        await link(mine, path);
        owned.add(path);
        return async () => {
          owned.delete(path);
          await rm(path, { force: true });
        };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      const owner = await readFile(path, 'utf8').catch(() => '');
      const pid = Number(owner);
      if (pid === process.pid ? owned.has(path) : pid > 0 && isRunning(pid))
        throw new HoldfastError('JOURNAL_IN_USE', { path: directory, pid });
      await moveAway(path, owner);
    }
  } finally {
    await rm(mine, { force: true });
  }
};
