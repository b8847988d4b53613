import { anySignal } from './waiting.js';

/**
 * Works on `items`, begun in their order, at most `width` at once. The first failure aborts what is under way and is thrown once
 * all has ended.
 */
export const inFlight = async <Item>(
  items: Iterable<Item>,
  width: number,
  signal: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  const stop = new AbortController();
  const either = anySignal(stop.signal, signal);
  const rest = items[Symbol.iterator]();
  let begunAll = false;
  const lane = async (): Promise<void> => {
    try {
      while (!either.aborted) {
        const step = rest.next();
        begunAll ||= step.done === true;
        if (step.done) return;
        await work(step.value, either);
      }
    } catch (error) {
      stop.abort(error);
    }
  };
  const lanes: Promise<void>[] = [];
  while (lanes.length < width && !begunAll && !either.aborted) lanes.push(lane());
  await Promise.all(lanes);
  signal?.throwIfAborted();
  stop.signal.throwIfAborted();
};
