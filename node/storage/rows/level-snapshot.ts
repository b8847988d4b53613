import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { diskError, systemCode } from '../../disk/disk-error.js';
import { removeDrafts } from '../../disk/drafts.js';
import { databaseAt, INDEX, rowsIn } from './level-rows.js';
import type { Rows } from './rows.js';

/** How often a snapshot is begun again that a compaction of whoever writes came across, and the pause between, milliseconds. */
const ATTEMPTS = 100;
const PAUSE = 25;

/** A file that is written once and never after: a second name for it is as good as a copy. */
const isTable = (name: string): boolean => /\.(ldb|sst)$/.test(name);
/** A file that only grows: what is behind the part that is copied is of a later write. */
const isLog = (name: string): boolean => name.endsWith('.log');

const copyTable = async (from: string, to: string): Promise<void> => {
  try {
    await link(from, to);
  } catch (error) {
    // Not every file system has second names.
    if (systemCode(error) === 'ENOENT') throw error;
    await copyFile(from, to);
  }
};

/** What names the tables and logs that count: the manifest's name and length. It grows with each table that is made, and before one goes. */
const manifestOf = async (index: string): Promise<{ readonly name: string; readonly length: number }> => {
  const name = (await readFile(join(index, 'CURRENT'), 'utf8')).trim();
  return { name, length: (await stat(join(index, name))).size };
};

/** Copies the database at `index` as it is at this moment, by whomever it is written; whether no table was made meanwhile. ENOENT where one went. */
const copyOnce = async (index: string, to: string): Promise<boolean> => {
  const before = await manifestOf(index);
  for (const name of await readdir(index)) {
    if (isTable(name)) await copyTable(join(index, name), join(to, name));
    else if (isLog(name)) await copyFile(join(index, name), join(to, name));
  }
  for (const name of [before.name, 'CURRENT']) await copyFile(join(index, name), join(to, name));
  const after = await manifestOf(index);
  return after.name === before.name && after.length === before.length;
};

const copyIndex = async (index: string, to: string): Promise<boolean> => {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true, mode: 0o700 });
  try {
    return await copyOnce(index, to);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
};

/**
 * Opens the rows of the store at `path` as they are now, to be read alone, also while another process writes them: second names of the tables, which never
 * change, and a copy of the log and of the list of both lie beside it until `close`. STORE_LOCKED where they would not hold still.
 */
export const snapshotLevelRows = async (path: string, signal?: AbortSignal): Promise<Rows> => {
  const parent = dirname(path);
  const copy = join(parent, `${basename(path)}.reading-${randomUUID()}`);
  const drop = (): Promise<void> => rm(copy, { recursive: true, force: true });
  try {
    await removeDrafts(parent, (name) => name.startsWith(`${basename(path)}.reading-`));
    for (let left = ATTEMPTS; !(await copyIndex(join(path, INDEX), join(copy, INDEX))); left--) {
      if (left === 0) throw new HoldfastError('STORE_LOCKED', { path });
      await sleep(PAUSE, undefined, { ...(signal && { signal }) });
    }
  } catch (error) {
    await drop();
    throw diskError(path, error);
  }
  const rows = await rowsIn(path, (_, create) => databaseAt(copy, create), drop);
  return { ...rows, write: () => Promise.reject(new Error('a snapshot is not written')) };
};
