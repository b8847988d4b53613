/** How much was heard of each key lately: what lies one half-life back counts half. */
export interface Tally {
  add(key: string): void;
  of(key: string): number;
}

export interface TallyOptions {
  readonly halfLifeMilliseconds: number;
  /** Keys remembered at once; over it, those heard of longest ago are forgotten. */
  readonly remembered: number;
  readonly now?: () => number;
}

export const createTally = ({ halfLifeMilliseconds, remembered, now = () => performance.now() }: TallyOptions): Tally => {
  const counts = new Map<string, { readonly count: number; readonly at: number }>();
  const of = (key: string): number => {
    const entry = counts.get(key);
    return entry === undefined ? 0 : entry.count * 0.5 ** ((now() - entry.at) / halfLifeMilliseconds);
  };
  return {
    of,
    add(key) {
      const count = of(key) + 1;
      counts.delete(key);
      counts.set(key, { count, at: now() });
      const [oldest] = counts.keys();
      if (counts.size > remembered && oldest !== undefined) counts.delete(oldest);
    },
  };
};
