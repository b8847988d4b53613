import type { Clock } from '../../../../node/ports/world.js';

/** The chain's time, for everybody. Who sleeps wakes with the first block that is late enough. */
export interface BlockClock extends Clock {
  /** A block of `seconds` since 1970 is there. */
  strike(seconds: number): void;
}

export const createBlockClock = (): BlockClock => {
  let time = 0;
  const sleepers = new Set<{ readonly until: number; wake(): void }>();
  return {
    now: () => time,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper = {
          until: time + milliseconds,
          wake: (): void => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', stop);
            resolve();
          },
        };
        const stop = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', stop, { once: true });
        sleepers.add(sleeper);
      }),
    strike: (seconds) => {
      time = seconds * 1_000;
      for (const sleeper of [...sleepers]) if (sleeper.until <= time) sleeper.wake();
    },
  };
};
