import type { Log } from '../ports/world.js';

/**
 * Ends this process after so many milliseconds, should it not have ended by itself: what it promised is durable, and whoever stops it
 * may count on it.
 */
export const endWithin = (milliseconds: number, log: Log): void => {
  const timer = setTimeout(() => {
    log.warn('stop-overdue', { milliseconds });
    process.exit(process.exitCode ?? 1);
  }, milliseconds);
  timer.unref();
};
