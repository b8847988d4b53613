import { objectKey, shardKey, slabKey, type ShardKey, type ShardPlace } from '../../node/core/data/cipher.js';
import type { SlabCoding } from '../../node/core/data/slab-coder.js';
import { shardBytes, type EncodedShard, type PlacedShard, type SlabPart } from '../../node/core/data/slab.js';
import { dealId } from '../../node/core/units.js';

export const sampleSlabKey = slabKey(objectKey(new Uint8Array(32), 'ab'.repeat(16)), 0);

/** A place for each of n shards. */
export const placesFor = (n: number): readonly ShardPlace[] =>
  Array.from({ length: n }, (_, shard) => ({ shard, deal: dealId(`0x${'11'.repeat(32)}`), attempt: 0 }));

export const keyAt = (shard: number): ShardKey => shardKey(sampleSlabKey, placesFor(shard + 1)[shard] as ShardPlace);

/** A slab of `length` bytes that has its sectors for itself. */
export const codingOf = (length: number, k = 4, n = 6): SlabCoding & { readonly length: number } => {
  const parts: readonly SlabPart[] = [{ key: sampleSlabKey, bytes: length > 0 && k > 0 ? shardBytes(length, k) : 32 }];
  return { k, n, length, parts };
};

/** Some of the shards as they are fetched. */
export const fetched = (encoded: ReadonlyMap<number, EncodedShard>, indices: readonly number[]): PlacedShard[] =>
  indices.map((shard) => ({ place: placesFor(shard + 1)[shard] as ShardPlace, bytes: (encoded.get(shard) as EncodedShard).bytes }));

/** What a coder is asked with for a slab of its own, all n shards of it. */
export const slabOf = (plaintext: Uint8Array, k = 4, n = 6) => [plaintext, codingOf(plaintext.length, k, n), placesFor(n)] as const;
