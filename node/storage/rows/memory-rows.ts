import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { endOfPrefix, type Rows } from './rows.js';

/** Keys, which are ASCII, in their order; those that came last are sorted in when they are asked for. */
const createSortedKeys = () => {
  let sorted: string[] = [];
  let fresh: string[] = [];
  const placeOf = (key: string): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const settle = (): void => {
    if (fresh.length > sorted.length / 64) sorted = [...sorted, ...fresh].sort((a, b) => (a < b ? -1 : 1));
    else for (const key of fresh) sorted.splice(placeOf(key), 0, key);
    fresh = [];
  };
  return {
    add: (key: string): void => void fresh.push(key),
    remove: (key: string): void => {
      settle();
      sorted.splice(placeOf(key), 1);
    },
    under: (prefix: string): string[] => {
      settle();
      const from = placeOf(prefix);
      return sorted.slice(from, placeOf(endOfPrefix(prefix)));
    },
  };
};

/** Rows that live as long as the process: the twin of `openLevelRows`. */
export const createMemoryRows = (): Rows => {
  const path = 'memory';
  const rows = new Map<string, Uint8Array>();
  const keys = createSortedKeys();
  let closed = false;
  const requireOpen = (): void => {
    if (closed) throw new HoldfastError('STORE_CLOSED', { path });
  };
  return {
    path,
    get: async (key) => {
      requireOpen();
      return rows.get(key)?.slice();
    },
    getMany: async (keys) => {
      requireOpen();
      return keys.map((key) => rows.get(key)?.slice());
    },
    write: async (changes) => {
      requireOpen();
      for (const { key, value } of changes) {
        if (value === undefined) {
          if (rows.delete(key)) keys.remove(key);
        } else {
          if (!rows.has(key)) keys.add(key);
          rows.set(key, value.slice());
        }
      }
    },
    async *under(prefix, after = '') {
      requireOpen();
      const found = keys
        .under(prefix)
        .filter((key) => key > after)
        .map((key) => [key, rows.get(key) as Uint8Array] as const);
      for (const [key, value] of found) yield [key, value.slice()] as const;
    },
    close: async () => {
      closed = true;
    },
  };
};
