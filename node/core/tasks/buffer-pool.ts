export interface BufferPoolOptions {
  /** Most buffers at once. */
  readonly buffers: number;
  /** Most bytes of all of them together. */
  readonly bytes: number;
  /** Whether all that is idle goes, at once, when nothing is lent any more. Default: it stays. */
  readonly whileLent?: boolean;
}

/** Bytes of a pool that are one holder's until it disposes of them. They hold what the last one left in them. */
export interface Loan extends Disposable {
  /** As many as were asked for. TypeError once they were given back: views that were made before are empty then. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes that were transferred to another thread came back in `buffer`. RangeError for one of another size. */
  restore(buffer: ArrayBuffer): void;
}

/** Buffers that are used again and again. What is idle counts too, and goes where room for another size is needed. */
export interface BufferPool {
  /** Most bytes of one loan. */
  readonly most: number;
  /** Waits, first come first served, until there is room; rejects with the signal's reason. RangeError for more bytes than all may have. */
  take(length: number, signal?: AbortSignal): Promise<Loan>;
  /** Undefined if there is no room now, or somebody waits for it. */
  takeNow(length: number): Loan | undefined;
  /** What is there at present. */
  readonly held: { readonly lent: number; readonly idle: number; readonly bytes: number };
}

interface Waiting {
  readonly length: number;
  readonly resolve: (loan: Loan) => void;
}

export const createBufferPool = ({ buffers, bytes: mostBytes, whileLent = false }: BufferPoolOptions): BufferPool => {
  const idle: ArrayBuffer[] = [];
  const waiting: Waiting[] = [];
  const lent = { count: 0, bytes: 0 };
  const idleBytes = (): number => idle.reduce((sum, { byteLength }) => sum + byteLength, 0);

  /** The smallest idle buffer that is large enough, or a new one in the place of idle ones. */
  const obtain = (length: number): ArrayBuffer | undefined => {
    const [fitting] = idle.filter(({ byteLength }) => byteLength >= length).sort((a, b) => a.byteLength - b.byteLength);
    if (fitting !== undefined) return idle.splice(idle.indexOf(fitting), 1)[0];
    if (lent.count >= buffers || lent.bytes + length > mostBytes) return undefined;
    while (lent.count + idle.length >= buffers || lent.bytes + idleBytes() + length > mostBytes) idle.shift();
    return new ArrayBuffer(length);
  };

  const lend = (length: number): Loan | undefined => {
    let buffer = obtain(length);
    if (buffer === undefined) return undefined;
    const size = buffer.byteLength;
    lent.count += 1;
    lent.bytes += size;
    return {
      get bytes() {
        if (buffer === undefined) throw new TypeError('the bytes were given back to their pool');
        return new Uint8Array(buffer, 0, length);
      },
      restore: (returned) => {
        if (returned.byteLength !== size) throw new RangeError(`the buffer must have ${size} bytes, not ${returned.byteLength}`);
        buffer = returned;
      },
      [Symbol.dispose]: () => {
        if (buffer === undefined) return;
        lent.count -= 1;
        lent.bytes -= size;
        // The same memory in another buffer: no view of the last holder's reaches it. What a lost thread took with it is not idle.
        if (!buffer.detached) idle.push(buffer.transfer());
        buffer = undefined;
        serve();
        // Memory that is transferred to no length is free at once: no collector is waited for.
        if (whileLent && lent.count === 0) for (const unused of idle.splice(0)) unused.transfer(0);
      },
    };
  };

  const serve = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const loan = lend(next.length);
      if (loan === undefined) return;
      waiting.shift();
      next.resolve(loan);
    }
  };

  const wait = async (length: number, signal: AbortSignal | undefined): Promise<Loan> => {
    const { promise, resolve, reject } = Promise.withResolvers<Loan>();
    const entry = { length, resolve };
    const leave = (): void => {
      const place = waiting.indexOf(entry);
      if (place < 0) return;
      waiting.splice(place, 1);
      reject(signal?.reason as Error);
      serve();
    };
    waiting.push(entry);
    signal?.addEventListener('abort', leave, { once: true });
    return promise.finally(() => signal?.removeEventListener('abort', leave));
  };

  const takeNow = (length: number): Loan | undefined => (waiting.length === 0 ? lend(length) : undefined);
  return {
    most: mostBytes,
    take: async (length, signal) => {
      signal?.throwIfAborted();
      if (length > mostBytes) throw new RangeError(`a pool of ${mostBytes} bytes has no ${length}`);
      return takeNow(length) ?? wait(length, signal);
    },
    takeNow,
    get held() {
      return { lent: lent.count, idle: idle.length, bytes: lent.bytes + idleBytes() };
    },
  };
};
