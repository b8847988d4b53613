/** Values that are dear to load: those that were used last, bounded by the bytes that they take. */
export interface ByteCache<Value> {
  /** Bytes of all that it keeps. */
  readonly bytes: number;
  has(key: string): boolean;
  /** The value of `key`; loaded once, however many ask at once. What cannot be loaded is not kept. */
  get(key: string, load: () => Promise<Value>): Promise<Value>;
  drop(key: string): void;
}

interface Entry<Value> {
  readonly value: Promise<Value>;
  /** Zero while it is being loaded. */
  bytes: number;
}

/** Keeps at most `maxBytes` bytes, as `bytesOf` counts them. */
export const createByteCache = <Value>(maxBytes: number, bytesOf: (value: Value) => number): ByteCache<Value> => {
  const entries = new Map<string, Entry<Value>>();
  let bytes = 0;

  const drop = (key: string): void => {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };

  const makeRoom = (): void => {
    for (const [key, entry] of entries) {
      if (bytes <= maxBytes) return;
      if (entry.bytes > 0) drop(key);
    }
  };

  const add = (key: string, value: Promise<Value>): Promise<Value> => {
    const entry: Entry<Value> = { value, bytes: 0 };
    entries.set(key, entry);
    value.then(
      (loaded) => {
        if (entries.get(key) !== entry) return;
        entry.bytes = bytesOf(loaded);
        bytes += entry.bytes;
        makeRoom();
      },
      () => {
        if (entries.get(key) === entry) drop(key);
      },
    );
    return value;
  };

  return {
    get bytes() {
      return bytes;
    },
    has: (key) => entries.has(key),
    get: (key, load) => {
      const kept = entries.get(key);
      if (kept === undefined) return add(key, load());
      entries.delete(key);
      entries.set(key, kept);
      return kept.value;
    },
    drop,
  };
};
