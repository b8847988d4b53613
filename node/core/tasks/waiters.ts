/** Lets any number of waits go on when something has changed; each looks for itself whether it was what it waits for. */
export interface Waiters {
  readonly change: () => Promise<void>;
  readonly changed: () => void;
}

export const createWaiters = (): Waiters => {
  let waiting: (() => void)[] = [];
  return {
    change: () => new Promise((resolve) => waiting.push(resolve)),
    changed: () => {
      const all = waiting;
      waiting = [];
      for (const go of all) go();
    },
  };
};
