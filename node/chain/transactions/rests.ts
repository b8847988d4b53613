import { pause, unlessAborted } from '../../core/tasks/waiting.js';

/** Rests of a loop, which can be woken. */
export interface Rests {
  readonly wake: () => void;
  /** Waits until woken or, if given, so many milliseconds. Rejects when `signal` aborts. */
  rest(signal: AbortSignal, milliseconds?: number): Promise<void>;
}

export const createRests = (): Rests => {
  let woken = Promise.withResolvers<void>();
  return {
    wake: () => woken.resolve(),
    rest: async (signal, milliseconds) => {
      const timer = new AbortController();
      const waits: Promise<void>[] = [woken.promise];
      if (milliseconds !== undefined) waits.push(pause(milliseconds, timer.signal));
      for (const wait of waits) wait.catch(() => undefined);
      await unlessAborted(Promise.race(waits), signal);
      timer.abort();
      woken = Promise.withResolvers();
    },
  };
};
