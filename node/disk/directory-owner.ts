import { randomUUID } from 'node:crypto';
import { link, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { systemCode } from './disk-error.js';

/** Who holds a lock. `start` tells a process from a later one with the same id, where the system says it. */
interface Holder {
  readonly pid: number;
  readonly start?: string;
}

const heldHere = new Set<string>();

const startOf = async (pid: number): Promise<string | undefined> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
};

const isAlive = async ({ pid, start }: Holder): Promise<boolean> => {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
  }
  const now = await startOf(pid);
  return start === undefined || now === undefined || start === now;
};

const readHolder = async (path: string): Promise<Holder | undefined> => {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null || !('pid' in parsed) || typeof parsed.pid !== 'number') return undefined;
    const start = 'start' in parsed && typeof parsed.start === 'string' ? { start: parsed.start } : {};
    return { pid: parsed.pid, ...start };
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const sameHolder = (a: Holder | undefined, b: Holder | undefined): boolean => a?.pid === b?.pid && a?.start === b?.start;

/** Moves a dead process's lock aside; puts it back if somebody alive took it in between. */
const evict = async (path: string, dead: Holder | undefined): Promise<void> => {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (!sameHolder(moved, dead)) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
};

const claim = async (directory: string, path: string, own: string): Promise<void> => {
  for (let attempt = 0; ; attempt++) {
    try {
      await link(own, path);
      return;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const holder = await readHolder(path);
    if (attempt >= 3 || (holder !== undefined && (await isAlive(holder)))) {
      throw new HoldfastError('STORE_LOCKED', { path: directory, ...(holder === undefined ? {} : { pid: holder.pid }) });
    }
    await evict(path, holder);
  }
};

/**
 * Takes the directory for this process and returns the release. STORE_LOCKED with the pid while a living process (this one
 * included) has it; the lock of a dead one is taken over.
 */
export const lockStore = async (directory: string): Promise<() => Promise<void>> => {
  const key = await realpath(directory);
  const path = join(directory, 'lock');
  if (heldHere.has(key)) throw new HoldfastError('STORE_LOCKED', { path: directory, pid: process.pid });
  heldHere.add(key);
  const own = `${path}.${randomUUID()}`;
  try {
    const start = await startOf(process.pid);
    await writeFile(own, JSON.stringify({ pid: process.pid, ...(start === undefined ? {} : { start }) } satisfies Holder), { mode: 0o600 });
    await claim(directory, path, own);
  } catch (error) {
    heldHere.delete(key);
    throw error;
  } finally {
    await rm(own, { force: true });
  }
  return async () => {
    await rm(path, { force: true });
    heldHere.delete(key);
  };
};
