/** Resolves after `milliseconds`; rejects with the signal's reason when it aborts. */
export const pause = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
  signal?.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  try {
    await unlessAborted(promise, signal);
  } finally {
    clearTimeout(timer);
  }
};

/** What `promise` comes to, unless `signal` aborts first: then its reason, and `promise` goes on unheard. */
export const unlessAborted = async <T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> => {
  if (signal === undefined) return promise;
  promise.catch(() => undefined);
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** Resolves when `signal` aborts. */
export const untilAborted = async (signal: AbortSignal): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) return;
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
};

/** Aborts with the first of the two that does. */
export const anySignal = (first: AbortSignal, second: AbortSignal | undefined): AbortSignal =>
  second === undefined ? first : AbortSignal.any([first, second]);
