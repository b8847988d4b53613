import { HoldfastError } from '../errors/holdfast-error.js';

/** Most shards of one code over GF(2^8). */
export const MAX_SHARDS = 255;

/**
 * Systematic Reed–Solomon over GF(2^8): k data shards and n − k parity shards, any k of which give the data back. Buffers
 * are flat: shard i of size s lies at i·s.
 */
export interface Erasure {
  /** From k·s bytes of data to n·s bytes, data first. ERASURE_SHAPE_INVALID. */
  encode(data: Uint8Array, k: number, n: number): Uint8Array;
  /** k·s bytes of data from n places, at least k of which hold a shard. ERASURE_SHAPE_INVALID, SHARDS_TOO_FEW. */
  reconstruct(shards: readonly (Uint8Array | undefined)[], k: number, n: number): Uint8Array;
}

/** ERASURE_SHAPE_INVALID unless 1 ≤ k ≤ n ≤ 255. */
export const requireShape = (k: number, n: number): void => {
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 1 || n < k || n > MAX_SHARDS)
    throw new HoldfastError('ERASURE_SHAPE_INVALID', { k, n });
};

/** The module's memory never shrinks and its large codes leak: past this many bytes an instance is replaced. */
const MEMORY_CAP = 64 << 20;

/** What the module exports; pointers and lengths in bytes, results zero for success. */
interface ErasureExports {
  readonly memory: WebAssembly.Memory;
  __wbindgen_malloc(length: number): number;
  __wbindgen_free(pointer: number, length: number): void;
  encode(shards: number, length: number, dataShards: number, parityShards: number): number;
  /** Takes over and frees the flags, which is why nobody else may. */
  reconstruct(shards: number, length: number, dataShards: number, parityShards: number, flags: number, flagsLength: number): number;
}

const succeed = (result: number): void => {
  if (result !== 0) throw new HoldfastError('INTERNAL', { detail: `the erasure code failed with result ${result}` });
};

/** Bytes of each present shard: all equal and not zero. */
const sizeOf = (present: readonly Uint8Array[]): number => {
  const size = present[0]?.length ?? 0;
  if (size === 0 || present.some((shard) => shard.length !== size)) throw new RangeError('shards must have one length, not zero');
  return size;
};

/**
 * An erasure code run by the module of `@digitaldefiance/reed-solomon-erasure.wasm` (`wasm` are its bytes). That package's
 * own wrapper is not used: it frees the flags of `reconstruct` a second time, which corrupts the module's memory.
 */
export const createErasure = (wasm: BufferSource): Erasure => {
  const module = new WebAssembly.Module(wasm);
  const instantiate = (): ErasureExports => new WebAssembly.Instance(module).exports as unknown as ErasureExports;
  let exports = instantiate();
  /** Fresh on every use: growing the memory detaches its buffer. */
  const memory = (pointer: number, length: number): Uint8Array => new Uint8Array(exports.memory.buffer, pointer, length);

  /** Runs `work` over `length` bytes inside the module and copies the first `kept` of them out. */
  const inside = (length: number, kept: number, work: (pointer: number) => void): Uint8Array => {
    if (exports.memory.buffer.byteLength > MEMORY_CAP) exports = instantiate();
    try {
      const pointer = exports.__wbindgen_malloc(length);
      work(pointer);
      const result = memory(pointer, kept).slice();
      exports.__wbindgen_free(pointer, length);
      return result;
    } catch (error) {
      exports = instantiate();
      throw error;
    }
  };

  return {
    encode: (data, k, n) => {
      requireShape(k, n);
      if (data.length === 0 || data.length % k !== 0)
        throw new RangeError(`data must be ${k} shards of one length, not ${data.length} bytes`);
      if (n === k) return data.slice();
      const length = (data.length / k) * n;
      return inside(length, length, (pointer) => {
        memory(pointer, data.length).set(data);
        succeed(exports.encode(pointer, length, k, n - k));
      });
    },
    reconstruct: (shards, k, n) => {
      requireShape(k, n);
      if (shards.length !== n) throw new RangeError(`shards must have ${n} places, not ${shards.length}`);
      const present = shards.filter((shard) => shard !== undefined);
      if (present.length < k) throw new HoldfastError('SHARDS_TOO_FEW', { present: present.length, needed: k });
      const size = sizeOf(present);
      return inside(n * size, k * size, (pointer) => {
        shards.forEach((shard, i) => shard !== undefined && memory(pointer + i * size, size).set(shard));
        if (shards.slice(0, k).every((shard) => shard !== undefined)) return;
        const flags = exports.__wbindgen_malloc(n);
        memory(flags, n).set(shards.map((shard) => (shard === undefined ? 0 : 1)));
        succeed(exports.reconstruct(pointer, n * size, k, n - k, flags, n));
      });
    },
  };
};
