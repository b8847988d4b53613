/** Runs tasks of one key strictly one after another, in the order of calls; tasks of different keys side by side. */
export const createSerial = (): (<Result>(key: string, task: () => Promise<Result>) => Promise<Result>) => {
  const tails = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const run = (tails.get(key) ?? Promise.resolve()).then(task);
    const tail = run.then(
      () => undefined,
      () => undefined,
    );
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    return run;
  };
};
