/** What `generator` returns, once it has handed on to `each` all that it yields; it is ended in any case. */
export const drain = async <Item, Result>(
  generator: AsyncGenerator<Item, Result>,
  each: (item: Item) => void | Promise<void>,
): Promise<Result> => {
  let isDone = false;
  try {
    for (;;) {
      const next = await generator.next();
      if (next.done) {
        isDone = true;
        return next.value;
      }
      await each(next.value);
    }
  } finally {
    // Of one that has not come to its end nobody hears the result.
    if (!isDone) await generator.return(undefined as Result);
  }
};
