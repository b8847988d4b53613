/** How many there are of each key; keys of none are forgotten. */
export interface Counts {
  of(key: string): number;
  add(key: string): void;
  /** One less; there must be one. */
  remove(key: string): void;
}

export const createCounts = (): Counts => {
  const counts = new Map<string, number>();
  const of = (key: string): number => counts.get(key) ?? 0;
  return {
    of,
    add: (key) => void counts.set(key, of(key) + 1),
    remove: (key) => {
      if (of(key) > 1) counts.set(key, of(key) - 1);
      else counts.delete(key);
    },
  };
};
