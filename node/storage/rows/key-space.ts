import type { RowCodec } from './row-codec.js';
import type { RowChange, Rows } from './rows.js';

/** One row of a key space: where it lies, what changes it, and what it says. */
export interface Place<Value> {
  readonly key: string;
  put(value: Value): RowChange;
  /** Takes the row away. */
  readonly drop: RowChange;
  /** STORE_CORRUPT where the row is not of its format. */
  read(rows: Pick<Rows, 'path' | 'get'>): Promise<Value | undefined>;
}

/** How one part of a key is written. */
type PartText = (part: never) => string;
type Parts<Texts extends readonly PartText[]> = { readonly [Index in keyof Texts]: Parameters<Texts[Index]>[0] };

export interface KeySpaceOptions<Texts extends readonly PartText[], Value> {
  /** What its keys begin with, and no key of another space in the same store. */
  readonly prefix: string;
  /** What follows, separated by slashes; nothing where the space is one row. */
  readonly parts: Texts;
  readonly codec: RowCodec<Value>;
}

/** Rows of one kind under one prefix. */
export interface KeySpace<Texts extends readonly PartText[], Value> extends KeySpaceOptions<Texts, Value> {
  /** The row that all parts name. */
  at(...parts: Parts<Texts>): Place<Value>;
  /** The rows whose keys begin with the given parts, in the order of keys. STORE_CORRUPT as above. */
  under(rows: Rows, ...leading: Partial<Parts<Texts>>): AsyncIterable<readonly [key: string, value: Value]>;
  /** Of these, those that come after the one whose next part is `last`. */
  after(rows: Rows, last: Parts<Texts>[number], ...leading: Partial<Parts<Texts>>): AsyncIterable<readonly [key: string, value: Value]>;
}

export const createKeySpace = <const Texts extends readonly PartText[], Value>(
  options: KeySpaceOptions<Texts, Value>,
): KeySpace<Texts, Value> => {
  const { prefix, parts: texts, codec } = options;
  const written = (parts: readonly unknown[]): string[] => parts.map((part, index) => (texts[index] as (part: unknown) => string)(part));
  const beginOf = (leading: readonly unknown[]): string => [prefix, ...written(leading).map((text) => `${text}/`)].join('');
  return {
    ...options,
    at: (...parts) => {
      const key = prefix + written(parts).join('/');
      return {
        key,
        put: (value) => ({ key, value: codec.encode(value) }),
        drop: { key },
        read: async (rows) => {
          const row = await rows.get(key);
          return row && codec.decode(row, rows.path, key);
        },
      };
    },
    async *under(rows, ...leading) {
      for await (const [key, row] of rows.under(beginOf(leading))) yield [key, codec.decode(row, rows.path, key)] as const;
    },
    async *after(rows, last, ...leading) {
      const key = prefix + written([...leading, last]).join('/');
      for await (const [next, row] of rows.under(beginOf(leading), key)) yield [next, codec.decode(row, rows.path, next)] as const;
    },
  };
};
