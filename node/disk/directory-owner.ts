import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { HoldfastError } from '../core/errors/holdfast-error.js';
import { systemCode } from './disk-error.js';

/** Marks of this process's ownerships: after a restart another one may have its number (in a container, always). */
const owned = new Set<string>();

const FILE = /^owner-(\d{1,15})$/;

/** When process `pid` began, in the system's ticks since it booted: tells it from a later one of the same number. Linux only. */
const startOf = async (pid: number): Promise<string> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
};

/** Process id of the living owner that the file at `path` names, or undefined. */
const livingOwner = async (path: string): Promise<number | undefined> => {
  const [number = '', mark = '', start = ''] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
  const pid = Number(number);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (pid === process.pid) return owned.has(mark) ? pid : undefined;
  if (!isRunning(pid)) return undefined;
  const now = start === '' ? '' : await startOf(pid);
  return now === '' || now === start ? pid : undefined;
};

const ownersOf = async (directory: string): Promise<number[]> =>
  (await readdir(directory)).map((name) => Number(FILE.exec(name)?.[1] ?? 0)).filter((turn) => turn > 0);

const livingAmong = async (directory: string, turns: readonly number[]): Promise<number | undefined> => {
  for (const turn of turns) {
    const pid = await livingOwner(resolve(directory, `owner-${turn}`));
    if (pid !== undefined) return pid;
  }
  return undefined;
};

/**
 * Makes this process the one owner of `directory`, until it ends or calls what this resolves to. Rejects with what `inUse`
 * makes of the process id when another running process, or this one, owns it. A process is known by its id and the moment it
 * began, so that after a reboot a stranger with the old id locks nobody out.
 *
 * Owners take turns by number: whoever finds the owners up to `owner-3` dead makes `owner-4`, which only one process can,
 * then looks again and steps back if somebody living, or a later turn, appeared meanwhile. A file that may name somebody
 * living is removed by nobody else.
 */
export const ownDirectory = async (directory: string, inUse: (pid: number) => HoldfastError): Promise<() => Promise<void>> => {
  const mark = randomUUID();
  const draft = resolve(directory, `owner.${mark}`);
  await writeFile(draft, `${process.pid} ${mark} ${await startOf(process.pid)}`, { mode: 0o600 });
  owned.add(mark);
  try {
    for (;;) {
      const dead = await ownersOf(directory);
      const pid = await livingAmong(directory, dead);
      if (pid !== undefined) throw inUse(pid);
      const last = Math.max(0, ...dead);
      const mine = resolve(directory, `owner-${last + 1}`);
      try {
        await link(draft, mine);
      } catch (error) {
        if (systemCode(error) === 'EEXIST') continue;
        throw error;
      }
      const others = (await ownersOf(directory)).filter((turn) => turn !== last + 1);
      if (others.some((turn) => turn > last + 1) || (await livingAmong(directory, others)) !== undefined) {
        await rm(mine, { force: true });
        continue;
      }
      for (const turn of others) await rm(resolve(directory, `owner-${turn}`), { force: true });
      return async () => {
        owned.delete(mark);
        await rm(mine, { force: true });
      };
    }
  } catch (error) {
    owned.delete(mark);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
};
