import type { ChainHead } from '../../../../node/core/market/deal.js';

/** The newest blocks for whoever waits for them. */
export interface Heads {
  /** As `heads` of a settlement: the newest at once, then each that comes. */
  after(until: AbortSignal): AsyncIterable<ChainHead>;
  /** There is a newer one. */
  tell(): void;
  /** How many wait for the next. */
  readonly waiting: number;
}

/** @param newest The newest block. */
export const createHeads = (newest: () => ChainHead): Heads => {
  let listeners: (() => void)[] = [];
  const next = (until: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        until.removeEventListener('abort', wake);
        listeners = listeners.filter((one) => one !== wake);
        resolve();
      };
      listeners.push(wake);
      until.addEventListener('abort', wake, { once: true });
    });
  return {
    get waiting() {
      return listeners.length;
    },
    tell: () => {
      for (const wake of [...listeners]) wake();
    },
    async *after(until) {
      let last: string | undefined;
      while (!until.aborted) {
        const head = newest();
        if (head.hash === last) await next(until);
        else {
          last = head.hash;
          yield head;
        }
      }
    },
  };
};
