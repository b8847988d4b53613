import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { resolve } from 'node:path';
import { systemCode } from './disk-error.js';
import { removeDrafts } from './drafts.js';
import { withReserve } from './reserve.js';

/** What a file says about the owner of its directory. */
interface Owner {
  readonly pid: number;
  /** Tells ownerships of one process id apart. */
  readonly mark: string;
  /** When the process began, where the system tells: its number may be another's now. */
  readonly start: string | undefined;
  /** Which start of the machine that was: after another one every number is somebody else's. */
  readonly boot: string | undefined;
  /** When the file was written, milliseconds since 1970. */
  readonly writtenAt: number;
}

/** How a directory is owned. */
export interface Ownership {
  /** What to reject with when the process `pid` has the directory. */
  readonly inUse: (pid: number) => Error;
  /** A file in which earlier versions named the owner, in JSON; its turn comes before all others. */
  readonly former?: string;
}

/** A file that names an owner, by its place among those who came before and after. */
interface Turn {
  readonly number: number;
  readonly path: string;
}

/** Marks of this process's ownerships: an earlier process may have had its number (in a container, always). */
const owned = new Set<string>();

const FILE = /^owner-([1-9]\d{0,14})$/;
const DRAFT = /^owner\.[0-9a-f-]{36}$/;

/** When process `pid` began, in ticks since the machine did; undefined where there is no /proc, or no such process. */
const startOf = async (pid: number): Promise<string | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
};

/** Names this start of the machine; undefined where the system does not. */
const bootNow = async (): Promise<string | undefined> =>
  (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim() || undefined;

/** Ticks of a second in /proc, on every Linux that people run. */
const TICKS = 100;
/** Milliseconds by which clocks may be wrong about each other. */
const SLACK = 60_000;

/** Whether a process that began at `start` cannot have written a file at `writtenAt`: it came later. */
const cameAfter = (start: string | undefined, writtenAt: number): boolean => {
  const began = Date.now() - uptime() * 1000 + (Number(start ?? NaN) * 1000) / TICKS;
  // A container may see another uptime than its processes have: then nothing follows.
  return began <= Date.now() && began > writtenAt + SLACK;
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
};

const isAlive = async ({ pid, mark, start, boot, writtenAt }: Owner): Promise<boolean> => {
  if (pid === process.pid) return owned.has(mark);
  if (!isRunning(pid)) return false;
  if (boot !== undefined && boot !== ((await bootNow()) ?? boot)) return false;
  const now = await startOf(pid);
  // Earlier versions did not say when they began.
  if (start === undefined) return !cameAfter(now, writtenAt);
  return now === undefined || start === now;
};

const parse = (text: string, writtenAt: number): Owner => {
  const [pid, mark = '', start, boot] = text.split(' ');
  return { pid: Number(pid), mark, start: start === '' ? undefined : start, boot, writtenAt };
};

const parseFormer = (text: string, writtenAt: number): Owner => {
  const { pid, start } = JSON.parse(text) as { readonly pid?: unknown; readonly start?: unknown };
  return { pid: Number(pid), mark: '', start: typeof start === 'string' ? start : undefined, boot: undefined, writtenAt };
};

/** Process id of the living owner that `turn` names, or undefined: it is dead, or a crash left no more than the name. */
const livingOwner = async ({ number, path }: Turn): Promise<number | undefined> => {
  try {
    const text = await readFile(path, 'utf8');
    const { mtimeMs } = await stat(path);
    const owner = number === 0 ? parseFormer(text, mtimeMs) : parse(text, mtimeMs);
    return Number.isSafeInteger(owner.pid) && owner.pid > 0 && (await isAlive(owner)) ? owner.pid : undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
};

const turnsIn = async (directory: string, former: string | undefined): Promise<Turn[]> =>
  (await readdir(directory)).flatMap((name) => {
    const number = name === former ? 0 : Number(FILE.exec(name)?.[1] ?? NaN);
    return Number.isNaN(number) ? [] : [{ number, path: resolve(directory, name) }];
  });

const livingAmong = async (turns: readonly Turn[]): Promise<number | undefined> => {
  for (const turn of turns) {
    const pid = await livingOwner(turn);
    if (pid !== undefined) return pid;
  }
  return undefined;
};

/** Makes `path` a name of the file `draft`; false if somebody else was faster. */
const claim = async (draft: string, path: string): Promise<boolean> => {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
};

/** Takes the turn after all that are there; resolves to its file. Rejects with `inUse` of the process id of a living owner. */
const takeTurn = async (directory: string, draft: string, { inUse, former }: Ownership): Promise<string> => {
  for (;;) {
    const dead = await turnsIn(directory, former);
    const pid = await livingAmong(dead);
    if (pid !== undefined) throw inUse(pid);
    const number = 1 + Math.max(0, ...dead.map((turn) => turn.number));
    const mine = resolve(directory, `owner-${number}`);
    if (!(await claim(draft, mine))) continue;
    const others = (await turnsIn(directory, former)).filter((turn) => turn.number !== number);
    if (others.some((turn) => turn.number > number) || (await livingAmong(others)) !== undefined) {
      await rm(mine, { force: true });
      continue;
    }
    for (const { path } of others) await rm(path, { force: true });
    return mine;
  }
};

/**
 * Makes this process the one owner of `directory`, until it ends or calls what this resolves to. Rejects with `inUse` when
 * another running process, or this one, owns it.
 *
 * Owners take turns by number: whoever finds the owners up to `owner-3` dead makes `owner-4`, which only one process can,
 * then looks again and steps back if somebody living, or a later turn, appeared meanwhile. A file that may name somebody
 * living is removed by nobody else.
 */
export const ownDirectory = async (directory: string, ownership: Ownership): Promise<() => Promise<void>> => {
  const mark = randomUUID();
  const draft = resolve(directory, `owner.${mark}`);
  owned.add(mark);
  try {
    const text = [process.pid, mark, await startOf(process.pid), await bootNow()].join(' ').trimEnd();
    await withReserve(directory, () => writeFile(draft, text, { mode: 0o600 }));
    const mine = await withReserve(directory, () => takeTurn(directory, draft, ownership));
    await removeDrafts(directory, (name) => DRAFT.test(name));
    return async () => {
      owned.delete(mark);
      await rm(mine, { force: true });
    };
  } catch (error) {
    owned.delete(mark);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
};
