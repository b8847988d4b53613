import { anySignal } from './waiting.js';

/**
 * Works on `items`, taken one after the other as there is room, at most `width` at a time with the result in hand counted, and hands the results
 * on in the order of the items. Leaving the loop, a failure or the signal aborts what is under way, and waits for its end.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<readonly [Item, Result]> {
  const stop = new AbortController();
  const either = anySignal(stop.signal, signal);
  const begun: { readonly item: Item; readonly result: Promise<Result> }[] = [];
  const coming = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let ended = false;
  try {
    for (;;) {
      while (!ended && begun.length < Math.max(1, width)) {
        const next = await coming.next();
        ended = next.done === true;
        if (next.done) break;
        const result = work(next.value, either);
        result.catch(() => undefined);
        begun.push({ item: next.value, result });
      }
      const [first] = begun;
      if (first === undefined) return;
      yield [first.item, await first.result];
      begun.shift();
    }
  } finally {
    stop.abort();
    await Promise.allSettled(begun.map(({ result }) => result));
    if (!ended) await coming.return?.();
  }
}
