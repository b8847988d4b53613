import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { Rows } from './rows.js';

/** Rows that live as long as the process: the twin of `openLevelRows`. */
export const createMemoryRows = (): Rows => {
  const path = 'memory';
  const rows = new Map<string, Uint8Array>();
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
        if (value) rows.set(key, value.slice());
        else rows.delete(key);
      }
    },
    async *under(prefix, after = '') {
      requireOpen();
      const found = [...rows].filter(([key]) => key.startsWith(prefix) && key > after);
      found.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      for (const [key, value] of found) yield [key, value.slice()] as const;
    },
    close: async () => {
      closed = true;
    },
  };
};
