import { unlessAborted } from './waiting.js';

/**
 * Runs tasks of one key strictly one after another, in the order of calls; tasks of different keys side by side. One whose turn has not come when
 * `signal` aborts is not run, and rejects at once.
 */
export type Serial = <Result>(key: string, task: () => Promise<Result>, signal?: AbortSignal) => Promise<Result>;

/** A {@link Serial} that knows no key yet. A task that fails holds up nobody; a key without tasks is forgotten. */
export const createSerial = (): Serial => {
  const tails = new Map<string, Promise<unknown>>();
  return (key, task, signal) => {
    const before = tails.get(key) ?? Promise.resolve();
    const run = before.then(() => {
      signal?.throwIfAborted();
      return task();
    });
    const tail = run.then(
      () => undefined,
      () => undefined,
    );
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    return signal === undefined ? run : unlessAborted(before, signal).then(() => run);
  };
};
