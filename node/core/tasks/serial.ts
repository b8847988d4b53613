/** Runs tasks of one key strictly one after another, in the order of calls; tasks of different keys side by side. */
export type Serial = <Result>(key: string, task: () => Promise<Result>) => Promise<Result>;

/** A {@link Serial} that knows no key yet. A task that fails holds up nobody; a key without tasks is forgotten. */
export const createSerial = (): Serial => {
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
