import { readFileSync } from 'node:fs';

const POLL_MILLISECONDS = 500;

/**
 * Calls `onOrphaned` once npm, which started this process, is gone, however it ended. Does nothing where npm did not start
 * it, or where the system does not tell who the parents are.
 */
export const watchForOrphaning = (onOrphaned: () => void): void => {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parents = npmAbove(process.ppid);
  const timer = setInterval(() => {
    if (parents.every(isAlive)) return;
    clearInterval(timer);
    onOrphaned();
  }, POLL_MILLISECONDS);
  timer.unref();
};

/** npm's process id, and that of the shell between, if there is one. */
const npmAbove = (parent: number): readonly number[] => {
  try {
    const isShell = readFileSync(`/proc/${parent}/cmdline`, 'utf8').split('\0')[1] === '-c';
    if (!isShell) return [parent];
    const [, above] = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${parent}/status`, 'utf8')) ?? [];
    return above === undefined ? [parent] : [parent, Number(above)];
  } catch {
    return [parent];
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
