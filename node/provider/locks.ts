/** Runs tasks of one key one after the other; tasks of different keys do not wait for each other. */
export type Locks = <Result>(key: string, task: () => Promise<Result>) => Promise<Result>;

/** Key of tasks that sign revisions or forget them: one at a time. Taken before the lock of a root, never after. */
export const JOURNAL_LOCK = 'journal';

export const createLocks = (): Locks => {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const result = (tails.get(key) ?? Promise.resolve()).then(task, task);
    const tail = result.catch(() => undefined);
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    return result;
  };
};
