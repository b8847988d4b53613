/** Runs `task` for 0 … count − 1, at most `width` at once. The first failure stops all and is thrown once they have ended. */
export const inFlight = async (
  count: number,
  width: number,
  signal: AbortSignal | undefined,
  task: (index: number, signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count && !either.aborted) {
      try {
        await task(next++, either);
      } catch (error) {
        stop.abort(error);
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(width, count) }, lane));
  signal?.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
  for (const result of lanes) if (result.status === 'rejected') throw result.reason;
};
