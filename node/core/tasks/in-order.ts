import { anySignal } from './waiting.js';

/**
 * Works on `items`, at most `width` at a time with the result in hand counted, and hands the results on in the order of the
 * items. Leaving the loop, a failure or the signal aborts what is under way, and waits for its end.
 */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<readonly [Item, Result]> {
  const stop = new AbortController();
  const either = anySignal(stop.signal, signal);
  const begun: Promise<Result>[] = [];
  let next = 0;
  try {
    for (const [index, item] of items.entries()) {
      for (const coming of items.slice(next, index + Math.max(1, width))) {
        const result = work(coming, either);
        result.catch(() => undefined);
        begun.push(result);
        next += 1;
      }
      yield [item, await (begun.shift() as Promise<Result>)];
    }
  } finally {
    stop.abort();
    await Promise.allSettled(begun);
  }
}
