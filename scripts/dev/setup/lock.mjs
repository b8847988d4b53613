import { openSync, readFileSync, rmSync, writeSync, closeSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './root.mjs';

/** Runs `work` while no other process of this checkout does; the lock of a dead process is taken over. */
export const withLock = async (name, work) => {
  const path = join(root, name);
  await acquire(path);
  const release = () => rmSync(path, { force: true });
  const stop = (signal) => {
    release();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work();
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    release();
  }
};

const acquire = async (path) => {
  for (let told = false; ;) {
    if (create(path)) return;
    const owner = ownerOf(path);
    if (owner === undefined) continue;
    if (!isAlive(owner)) {
      discard(path, owner);
      continue;
    }
    if (!told) console.log(`Another set-up of this checkout is running (process ${owner}); waiting for it.`);
    told = true;
    await sleep(500);
  }
};

const create = (path) => {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
};

/** Process id in the lock; undefined once the lock is gone; 0 for one that was cut off while being written. */
const ownerOf = (path) => {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

const isAlive = (pid) => {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Moves the lock aside before deleting it, so that of two waiters only one discards this very lock. */
const discard = (path, owner) => {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (ownerOf(aside) === owner) rmSync(aside, { force: true });
  else renameSync(aside, path);
};
