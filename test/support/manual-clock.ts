import type { Clock } from '../../node/ports/world.js';

/** A clock that stands still until the test moves it. */
export interface ManualClock extends Clock {
  /** Moves time on and wakes who slept long enough. */
  advance(milliseconds: number): void;
}

export const createManualClock = (start = 1_800_000_000_000): ManualClock => {
  let time = start;
  const sleepers = new Set<{ readonly until: number; wake(): void }>();
  return {
    now: () => time,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const aborted = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const sleeper = {
          until: time + milliseconds,
          wake: (): void => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', aborted);
            resolve();
          },
        };
        signal?.addEventListener('abort', aborted, { once: true });
        sleepers.add(sleeper);
      }),
    advance: (milliseconds) => {
      time += milliseconds;
      for (const sleeper of [...sleepers]) if (sleeper.until <= time) sleeper.wake();
    },
  };
};
