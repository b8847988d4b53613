/** One that waits for what a {@link Line} is for. */
export interface Waiter<Claim, Grant> {
  readonly claim: Claim;
  grant(what: Grant): void;
  refuse(reason: Error): void;
}

/** Those who wait, in the order in which they came. */
export interface Line<Claim, Grant> extends Iterable<Waiter<Claim, Grant>> {
  readonly size: number;
  /** Stands in line, calls `arrived`, and waits to be granted or refused; `tooLate` after `milliseconds`, or the signal's reason. */
  wait(
    claim: Claim,
    until: { readonly signal: AbortSignal; readonly milliseconds: number; readonly tooLate: () => Error },
    arrived: (waiter: Waiter<Claim, Grant>) => void,
  ): Promise<Grant>;
}

export const createLine = <Claim, Grant>(): Line<Claim, Grant> => {
  const waiting = new Set<Waiter<Claim, Grant>>();
  return {
    get size() {
      return waiting.size;
    },
    [Symbol.iterator]: () => waiting[Symbol.iterator](),
    async wait(claim, { signal, milliseconds, tooLate }, arrived) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<Grant>();
      const waiter: Waiter<Claim, Grant> = {
        claim,
        grant: (what) => {
          waiting.delete(waiter);
          resolve(what);
        },
        refuse: (reason) => {
          waiting.delete(waiter);
          reject(reason);
        },
      };
      const giveUp = (): void => waiter.refuse(signal.reason as Error);
      const timer = setTimeout(() => waiter.refuse(tooLate()), milliseconds);
      signal.addEventListener('abort', giveUp);
      waiting.add(waiter);
      try {
        arrived(waiter);
        return await promise;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      }
    },
  };
};

/** The best of `items`, of equals the first. */
export const bestOf = <T>(items: Iterable<T>, isBetter: (one: T, other: T) => boolean): T | undefined => {
  let best: { readonly item: T } | undefined;
  for (const item of items) if (best === undefined || isBetter(item, best.item)) best = { item };
  return best?.item;
};

/** Whether the first number that differs is less in `one`. */
export const isLess = (one: readonly number[], other: readonly number[]): boolean => {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at >= 0 && (one[at] as number) < (other[at] as number);
};
