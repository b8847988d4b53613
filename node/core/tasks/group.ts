export interface GroupOptions<Item> {
  /** Does one group; what it rejects with, all of the group reject with. One at a time. */
  readonly commit: (group: readonly Item[]) => Promise<void>;
  /** What an item counts. */
  readonly weigh: (item: Item) => number;
  /** A group counts no more, unless it is a single item. */
  readonly most: number;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers what comes while a group is being done, and does it together next: many who wait share one fsync. */
export const createGroup = <Item>({ commit, weigh, most }: GroupOptions<Item>): ((item: Item) => Promise<void>) => {
  let waiting: Waiting<Item>[] = [];
  let running = false;

  const take = (): Waiting<Item>[] => {
    let sum = 0;
    const end = waiting.findIndex(({ item }, index) => (sum += weigh(item)) > most && index > 0);
    const group = end === -1 ? waiting : waiting.slice(0, end);
    waiting = end === -1 ? [] : waiting.slice(end);
    return group;
  };

  const run = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0) {
      const group = take();
      await commit(group.map(({ item }) => item)).then(
        () => {
          for (const { resolve } of group) resolve();
        },
        (error: unknown) => {
          for (const { reject } of group) reject(error);
        },
      );
    }
    running = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void run();
    });
};
