import { LEAF_BYTES } from '../units.js';
import { shardBytes, shardLeaves } from './slab.js';

/** Bytes `start … end−1` of something; never none. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Leaves `from … from+count−1` of each shard of a slab, of which some data shards are wanted. */
export interface Band {
  readonly from: number;
  readonly count: number;
  /** Data shards, ascending; at least one. */
  readonly wanted: readonly number[];
}

/** What of a slab's data shard `shard`, each of `size` bytes, a range takes: bytes of that shard; undefined if none. */
const withinShard = ({ start, end }: ByteRange, shard: number, size: number): ByteRange | undefined => {
  const own = { start: Math.max(0, start - shard * size), end: Math.min(size, end - shard * size) };
  return own.start < own.end ? own : undefined;
};

/**
 * The leaves that hold a range of a slab of `length` bytes, k data shards one after another: bands in order, none of which overlap, three at most.
 * Together their data shards have no leaf that the range does not touch. RangeError for a range that is empty or not all in the slab.
 */
export const bandsOf = (range: ByteRange, length: number, k: number): readonly Band[] => {
  const { start, end } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start >= end || end > length)
    throw new RangeError(`a range must lie in 0…${length} and not be empty, not ${start}…${end}`);
  const size = shardBytes(length, k);
  const rows = Array.from({ length: k }, (_, shard) => {
    const own = withinShard(range, shard, size);
    return own && { shard, from: Math.floor(own.start / LEAF_BYTES), to: Math.ceil(own.end / LEAF_BYTES) };
  }).filter((row) => row !== undefined);
  const cuts = [...new Set(rows.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  return cuts.slice(1).flatMap((to, index) => {
    const from = cuts[index] as number;
    const wanted = rows.filter((row) => row.from <= from && to <= row.to).map(({ shard }) => shard);
    return wanted.length > 0 ? [{ from, count: to - from, wanted }] : [];
  });
};

/** All of a slab: any k shards give it. */
export const wholeSlab = (length: number, k: number): Band => ({
  from: 0,
  count: shardLeaves(length, k),
  wanted: Array.from({ length: k }, (_, shard) => shard),
});

/**
 * The bytes of a range of a slab, in order: pieces of the plaintexts of its bands, which lie in the order of `bands`, each with its k data shards
 * one after another. Nothing is copied.
 */
export function* bytesOfBands(
  range: ByteRange,
  bands: readonly (Band & { readonly bytes: Uint8Array })[],
  length: number,
  k: number,
): Generator<Uint8Array> {
  const size = shardBytes(length, k);
  for (let shard = 0; shard < k; shard++) {
    const own = withinShard(range, shard, size);
    if (own === undefined) continue;
    for (const { from, count, wanted, bytes } of bands) {
      if (!wanted.includes(shard)) continue;
      const [first, width] = [from * LEAF_BYTES, count * LEAF_BYTES];
      const [start, end] = [Math.max(own.start, first) - first, Math.min(own.end, first + width) - first];
      yield bytes.subarray(shard * width + start, shard * width + end);
    }
  }
}
