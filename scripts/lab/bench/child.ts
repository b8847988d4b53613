import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A process of a bench, which ends with the block that it is used in. */
export type Child = ChildProcess & AsyncDisposable;

const isGone = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const SOURCES = ['--conditions=holdfast-source', '--import=tsx'];
const OWN_MEMORY = `--import=${join(import.meta.dirname, 'as-the-program.ts')}`;

/** Starts a program of TypeScript: with memory set up as `holdfast` does for itself, or else as Node does for others. */
export const startChild = (path: string, words: readonly string[] = [], memory: 'own' | 'others' = 'own'): Child => {
  const child = fork(path, words, { execArgv: memory === 'own' ? [...SOURCES, OWN_MEMORY] : SOURCES });
  return Object.assign(child, {
    [Symbol.asyncDispose]: async () => {
      if (isGone(child)) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  });
};

/** What it says next; rejects if it ends instead. */
export const told = async <Report>(child: ChildProcess): Promise<Report> => {
  const ended = (): Error => new Error(`${child.spawnargs.at(-1)} has ended`);
  if (isGone(child)) throw ended();
  const stop = new AbortController();
  const onExit = (): void => stop.abort(ended());
  child.once('exit', onExit);
  try {
    return (await once(child, 'message', { signal: stop.signal }))[0] as Report;
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    child.off('exit', onExit);
  }
};

/** What it answers. */
export const ask = async <Report>(child: ChildProcess, order: object): Promise<Report> => {
  const answer = told<Report>(child);
  child.send(order);
  return answer;
};
