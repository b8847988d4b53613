import type { Rows } from '../../../../node/storage/rows/rows.js';

/** Rows that count what is read, walked and written. */
export interface CountedRows extends Rows {
  counted: number;
}

export const countRows = (rows: Rows): CountedRows => {
  const counted: CountedRows = {
    ...rows,
    counted: 0,
    get: (key) => {
      counted.counted += 1;
      return rows.get(key);
    },
    async *under(prefix, after) {
      for await (const row of rows.under(prefix, after)) {
        counted.counted += 1;
        yield row;
      }
    },
    write: async (changes, options) => {
      counted.counted += changes.length;
      await rows.write(changes, options);
    },
  };
  return counted;
};
