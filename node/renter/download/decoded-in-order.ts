import { inOrder } from '../../core/tasks/in-order.js';

/**
 * What `fetch` makes of items, in their order and at most `width` at once, each result gone with the next one. Leaving the loop, a failure or the
 * signal disposes of what was made ahead.
 */
export async function* decodedInOrder<Item, Result extends Disposable>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  fetch: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  const held = new Set<Result>();
  const keep = async (item: Item, until: AbortSignal): Promise<Result> => {
    const result = await fetch(item, until);
    held.add(result);
    return result;
  };
  try {
    for await (const [, result] of inOrder(items, width, keep, signal)) {
      yield result;
      held.delete(result);
      result[Symbol.dispose]();
    }
  } finally {
    for (const result of held) result[Symbol.dispose]();
  }
}
