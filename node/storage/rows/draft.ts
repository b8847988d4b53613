import type { RowChange, Rows } from './rows.js';

/** Changes of one batch in the making: what was put already is read as if it were there. */
export interface Draft extends Pick<Rows, 'path' | 'get'> {
  put(...changes: readonly RowChange[]): void;
  /** Each row once, as it was put last. */
  changes(): readonly RowChange[];
}

export const createDraft = (rows: Pick<Rows, 'path' | 'get'>): Draft => {
  const put = new Map<string, RowChange>();
  return {
    path: rows.path,
    get: async (key) => {
      const change = put.get(key);
      return change === undefined ? rows.get(key) : change.value;
    },
    put: (...changes) => {
      for (const change of changes) put.set(change.key, change);
    },
    changes: () => [...put.values()],
  };
};
