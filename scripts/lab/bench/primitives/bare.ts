import { createCipheriv } from 'node:crypto';
import { hashPairs } from '#sha256-pairs';
import type { ShardKey } from '../../../../node/core/data/cipher.js';
import { coefficients, splitTable, TABLE_BYTES } from '../../../../node/core/data/erasure/galois-field.js';
import { createKernel, MOST_OUTPUTS } from '../../../../node/core/data/erasure/kernel.js';

const TABLES_PAGES = 1;
const PAGE_BYTES = 64 << 10;

/**
 * The erasure code's kernel over shards that lie in its own memory: `wanted` from `sources`, `size` bytes each, nothing copied. Without `relaxed`
 * SIMD it is what every engine can do.
 */
export const bareErasure = (sources: readonly number[], wanted: readonly number[], size: number, relaxed = false): (() => void) => {
  const shards = sources.length + wanted.length;
  const { memory, combine } = createKernel(TABLES_PAGES + Math.ceil((shards * size) / PAGE_BYTES), relaxed);
  const room = new Uint8Array(memory.buffer);
  room.fill(0x5a);
  const rows = coefficients(sources, wanted);
  const groups = Array.from({ length: Math.ceil(rows.length / MOST_OUTPUTS) }, (_, i) =>
    rows.slice(i * MOST_OUTPUTS, (i + 1) * MOST_OUTPUTS),
  );
  groups
    .flatMap((group) => sources.flatMap((_, j) => group.map((row) => row[j] as number)))
    .forEach((coefficient, i) => room.set(splitTable(coefficient), i * TABLE_BYTES));
  const start = TABLES_PAGES * PAGE_BYTES;
  return () => {
    for (const [i, group] of groups.entries()) {
      const first = i * MOST_OUTPUTS;
      const output = start + (sources.length + first) * size;
      combine(group.length, first * sources.length * TABLE_BYTES, start, output, size, sources.length, size);
    }
  };
};

/** A tree of pairs over `bytes`, level by level into buffers that are there. */
export const bareTree = (length: number): ((bytes: Uint8Array) => void) => {
  const rooms = [new Uint8Array(length / 2), new Uint8Array(length / 4)] as const;
  const levels: Uint8Array[] = [];
  for (let width = length / 2, level = 0; width >= 32; width /= 2, level++)
    levels.push((rooms[level % 2] as Uint8Array).subarray(0, width));
  return (bytes) => {
    levels.reduce((below, above) => {
      hashPairs(below, above);
      return above;
    }, bytes);
  };
};

/** What Node's own cipher makes of bytes, in a buffer of its own. */
export const bareCipher =
  ({ key, nonce }: ShardKey): ((bytes: Uint8Array) => void) =>
  (bytes) =>
    void createCipheriv('aes-256-ctr', key, nonce).update(bytes);
