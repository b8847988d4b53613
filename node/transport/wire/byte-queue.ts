/** Bytes in the order they came, taken out in any portions. */
export interface ByteQueue {
  readonly length: number;
  push(bytes: Uint8Array): void;
  /** Exactly `length` bytes, which must be there, in a new array, or in `into`, which has that length. */
  take(length: number, into?: Uint8Array): Uint8Array;
  clear(): void;
}

export const createByteQueue = (): ByteQueue => {
  let chunks: Uint8Array[] = [];
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(bytes) {
      chunks.push(bytes);
      length += bytes.length;
    },
    take(wanted, taken = new Uint8Array(wanted)) {
      let filled = 0;
      let whole = 0;
      for (const chunk of chunks) {
        const part = chunk.subarray(0, wanted - filled);
        taken.set(part, filled);
        filled += part.length;
        if (part.length < chunk.length) {
          chunks[whole] = chunk.subarray(part.length);
          break;
        }
        whole++;
      }
      if (filled < wanted) throw new RangeError(`${filled} bytes are here, not ${wanted}`);
      chunks.splice(0, whole);
      length -= wanted;
      return taken;
    },
    clear() {
      chunks = [];
      length = 0;
    },
  };
};
