import { HoldfastError } from '../errors/holdfast-error.js';
import { coefficients, splitTable, TABLE_BYTES } from './erasure/galois-field.js';
import { createKernel, MOST_OUTPUTS, TURN_BYTES } from './erasure/kernel.js';

/** Most shards of one code over GF(2^8). */
export const MAX_SHARDS = 255;

/**
 * Systematic Reed–Solomon over GF(2^8): k data shards and n − k parity shards, any k of which give the others. It writes where it is told,
 * and works in memory of a fixed size, whatever the shards'.
 */
export interface Erasure {
  /** Writes the parity of a slab: n shards of one length, one after another, data first. ERASURE_SHAPE_INVALID. */
  encode(slab: Uint8Array, k: number, n: number): void;
  /**
   * Writes the shards `wanted`, by index, from k of those in the n places of `shards`; it may write them over those that it makes them of.
   * ERASURE_SHAPE_INVALID, SHARDS_TOO_FEW; RangeError for shards of other lengths, or one wanted that is there.
   */
  rebuild(shards: readonly (Uint8Array | undefined)[], wanted: ReadonlyMap<number, Uint8Array>, k: number, n: number): void;
}

/** ERASURE_SHAPE_INVALID unless 1 ≤ k ≤ n ≤ 255. */
export const requireShape = (k: number, n: number): void => {
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 1 || n < k || n > MAX_SHARDS)
    throw new HoldfastError('ERASURE_SHAPE_INVALID', { k, n });
};

/** Room for the tables of the largest code, 127 of 255, and for a stripe of all shards that fits a core's cache. */
const TABLE_ROOM = 1 << 19;
const STRIPE_ROOM = 6 << 16;

/** Bytes of each shard: all equal and not zero. */
const lengthOf = (shards: readonly Uint8Array[]): number => {
  const length = shards[0]?.length ?? 0;
  if (length === 0 || shards.some((shard) => shard.length !== length)) throw new RangeError('shards must have one length, not zero');
  return length;
};

/** A shard and its index. */
type Indexed = readonly [index: number, bytes: Uint8Array];

/** An erasure code with an instance of the kernel to itself. */
export const createErasure = (): Erasure => {
  const { memory, combine } = createKernel((TABLE_ROOM + STRIPE_ROOM) >> 16);
  const room = new Uint8Array(memory.buffer);
  let known = '';

  /** Puts the tables where the kernel finds them: for each group of outputs, source by source. They stay there for the next slab. */
  const provideTables = (sources: readonly number[], wanted: readonly number[]): void => {
    const key = `${sources.join()} ${wanted.join()}`;
    if (key === known) return;
    const rows = coefficients(sources, wanted);
    let at = 0;
    for (let first = 0; first < rows.length; first += MOST_OUTPUTS) {
      const group = rows.slice(first, first + MOST_OUTPUTS);
      for (const j of sources.keys()) {
        for (const row of group) {
          room.set(splitTable(row[j] as number), at);
          at += TABLE_BYTES;
        }
      }
    }
    known = key;
  };

  /** Stripe by stripe: all sources in, combined, and all outputs out. */
  const compute = (sources: readonly Indexed[], outputs: readonly Indexed[]): void => {
    if (outputs.length === 0) return;
    const length = lengthOf([...sources, ...outputs].map(([, bytes]) => bytes));
    const indices = (shards: readonly Indexed[]): number[] => shards.map(([index]) => index);
    provideTables(indices(sources), indices(outputs));
    const stride = Math.floor(STRIPE_ROOM / (sources.length + outputs.length) / TURN_BYTES) * TURN_BYTES;
    const places = [...sources, ...outputs].map((_, i) => TABLE_ROOM + i * stride);
    for (let from = 0; from < length; from += stride) {
      const end = Math.min(length, from + stride);
      sources.forEach(([, bytes], i) => room.set(bytes.subarray(from, end), places[i]));
      const turns = Math.ceil((end - from) / TURN_BYTES) * TURN_BYTES;
      for (let first = 0; first < outputs.length; first += MOST_OUTPUTS) {
        const group = Math.min(MOST_OUTPUTS, outputs.length - first);
        const tables = first * sources.length * TABLE_BYTES;
        combine(group, tables, TABLE_ROOM, places[sources.length + first] as number, stride, sources.length, turns);
      }
      outputs.forEach(([, bytes], i) => {
        const place = places[sources.length + i] as number;
        bytes.set(room.subarray(place, place + end - from), from);
      });
    }
  };

  return {
    encode: (slab, k, n) => {
      requireShape(k, n);
      if (slab.length === 0 || slab.length % n !== 0)
        throw new RangeError(`a slab must be ${n} shards of one length, not ${slab.length} bytes`);
      const size = slab.length / n;
      const shards = Array.from({ length: n }, (_, i): Indexed => [i, slab.subarray(i * size, (i + 1) * size)]);
      compute(shards.slice(0, k), shards.slice(k));
    },
    rebuild: (shards, wanted, k, n) => {
      requireShape(k, n);
      if (shards.length !== n) throw new RangeError(`shards must have ${n} places, not ${shards.length}`);
      const present = [...shards.entries()].filter((entry): entry is [number, Uint8Array] => entry[1] !== undefined);
      if (present.length < k) throw new HoldfastError('SHARDS_TOO_FEW', { present: present.length, needed: k });
      lengthOf(present.map(([, bytes]) => bytes));
      for (const index of wanted.keys()) {
        if (!Number.isInteger(index) || index < 0 || index >= n || shards[index] !== undefined)
          throw new RangeError(`shard wanted must be one of 0…${n - 1} that is not there, not ${index}`);
      }
      compute(present.slice(0, k), [...wanted]);
    },
  };
};
