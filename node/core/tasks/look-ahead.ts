/** What comes one after the other, and the first of it can be looked at before it is taken. One caller at a time. */
export interface LookAhead<Item> {
  /** What comes next, which stays there; undefined at the end. */
  peek(): Promise<Item | undefined>;
  /** The next items, at most `count`. */
  take(count: number): AsyncGenerator<Item>;
}

/** Looks ahead by one at what `next` gives, which is called again after it gave undefined. */
export const createLookAhead = <Item>(next: () => Promise<Item | undefined>): LookAhead<Item> => {
  let ahead: Item | undefined;
  const peek = async (): Promise<Item | undefined> => (ahead ??= await next());
  return {
    peek,
    async *take(count) {
      for (let taken = 0; taken < count; taken++) {
        const item = await peek();
        if (item === undefined) return;
        ahead = undefined;
        yield item;
      }
    },
  };
};
