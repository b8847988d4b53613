/**
 * Works on `items` up to `ahead` at a time and hands the results on in their order. Leaving the loop, or a failure, aborts
 * what is under way.
 */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  ahead: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal,
): AsyncGenerator<readonly [Item, Result]> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const begun: Promise<Result>[] = [];
  const begin = (item: Item): void => {
    const result = work(item, either);
    result.catch(() => undefined);
    begun.push(result);
  };
  try {
    items.slice(0, ahead).forEach(begin);
    for (const [index, item] of items.entries()) {
      const result = await (begun.shift() as Promise<Result>);
      const next = items[index + ahead];
      if (next !== undefined) begin(next);
      yield [item, result];
    }
  } finally {
    stop.abort();
  }
}
