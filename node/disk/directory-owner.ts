import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemCode } from './disk-error.js';
import { withReserve } from './reserve.js';

/** What a file says about the owner of its directory. */
interface Owner {
  readonly pid: number;
  /** Tells ownerships of one process id apart. */
  readonly mark: string;
  /** When the process began, where the system tells: its number may be another's now. */
  readonly start: string | undefined;
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

/** When process `pid` began, in ticks since the machine did; undefined where there is no /proc, or no such process. */
const startOf = async (pid: number): Promise<string | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
};

const isAlive = async ({ pid, mark, start }: Owner): Promise<boolean> => {
  if (pid === process.pid) return owned.has(mark);
  if (!isRunning(pid)) return false;
  const now = await startOf(pid);
  return start === undefined || now === undefined || start === now;
};

const textOf = ({ pid, mark, start = '' }: Owner): string => `${pid} ${mark} ${start}`.trimEnd();

const parse = (text: string): Owner => {
  const [pid, mark = '', start] = text.split(' ');
  return { pid: Number(pid), mark, start };
};

const parseFormer = (text: string): Owner => {
  const { pid, start } = JSON.parse(text) as { readonly pid?: unknown; readonly start?: unknown };
  return { pid: Number(pid), mark: '', start: typeof start === 'string' ? start : undefined };
};

/** Process id of the living owner that `turn` names, or undefined: it is dead, or a crash left no more than the name. */
const livingOwner = async ({ number, path }: Turn): Promise<number | undefined> => {
  try {
    const text = await readFile(path, 'utf8');
    const owner = number === 0 ? parseFormer(text) : parse(text);
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
    const text = textOf({ pid: process.pid, mark, start: await startOf(process.pid) });
    await withReserve(directory, () => writeFile(draft, text, { mode: 0o600 }));
    const mine = await withReserve(directory, () => takeTurn(directory, draft, ownership));
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
