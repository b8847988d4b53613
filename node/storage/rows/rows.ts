/** One change of a batch; no `value` takes the row away. */
export interface RowChange {
  readonly key: string;
  readonly value?: Uint8Array;
}

/** Ordered rows under text keys: what journal, catalogue and the index of sectors are written on. */
export interface Rows {
  /** Names the store in errors. */
  readonly path: string;
  get(key: string): Promise<Uint8Array | undefined>;
  /** In the order of `keys`. */
  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** All or nothing, and on the disk when it resolves; with `durable: false` the next durable write brings it there. */
  write(changes: readonly RowChange[], options?: { readonly durable?: boolean }): Promise<void>;
  /** Rows whose key starts with `prefix`, those after key `after` alone if it is given, in the order of keys, as they were at the first step. */
  under(prefix: string, after?: string): AsyncIterable<readonly [key: string, value: Uint8Array]>;
  close(): Promise<void>;
}

/** The first text after all that start with `prefix`, which ends in an ASCII character. */
export const endOfPrefix = (prefix: string): string =>
  prefix === '' ? '\uffff' : prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
