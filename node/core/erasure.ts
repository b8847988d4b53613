import { ReedSolomonErasure } from '@digitaldefiance/reed-solomon-erasure.wasm/browser';
import { HoldfastError } from './errors.js';

/** Most shards of one code: GF(2^8) has no more points, and one is kept for parity. */
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
export const checkShape = (k: number, n: number): void => {
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 1 || n < k || n > MAX_SHARDS)
    throw new HoldfastError('ERASURE_SHAPE_INVALID', { k, n });
};

const succeed = (result: number): void => {
  if (result !== ReedSolomonErasure.RESULT_OK) {
    throw new HoldfastError('INTERNAL', { detail: `the erasure code answered: ${ReedSolomonErasure.getResultMessage(result)}` });
  }
};

/** Bytes of each present shard: all equal and not zero. */
const sizeOf = (present: readonly Uint8Array[]): number => {
  const size = (present[0] as Uint8Array).length;
  if (size === 0 || present.some((shard) => shard.length !== size)) throw new RangeError('shards must have one length, not zero');
  return size;
};

/** An erasure code that runs the Reed–Solomon module in `wasm`. */
export const createErasure = (wasm: BufferSource): Erasure => {
  const code = ReedSolomonErasure.fromBytes(wasm);
  return {
    encode: (data, k, n) => {
      checkShape(k, n);
      if (data.length === 0 || data.length % k !== 0)
        throw new RangeError(`data must be ${k} shards of one length, not ${data.length} bytes`);
      const shards = new Uint8Array((data.length / k) * n);
      shards.set(data);
      if (n > k) succeed(code.encode(shards, k, n - k));
      return shards;
    },
    reconstruct: (shards, k, n) => {
      checkShape(k, n);
      if (shards.length !== n) throw new RangeError(`shards must have ${n} places, not ${shards.length}`);
      const present = shards.filter((shard) => shard !== undefined);
      if (present.length < k) throw new HoldfastError('SHARDS_TOO_FEW', { present: present.length, needed: k });
      const size = sizeOf(present);
      const flat = new Uint8Array(n * size);
      shards.forEach((shard, i) => shard !== undefined && flat.set(shard, i * size));
      const available = shards.map((shard) => shard !== undefined);
      if (available.slice(0, k).includes(false)) succeed(code.reconstruct(flat, k, n - k, available));
      return flat.slice(0, k * size);
    },
  };
};
