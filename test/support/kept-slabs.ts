import type { EncodedShard } from '../../node/core/data/slab.js';
import type { SlabCoder } from '../../node/ports/world.js';

/** A coder that gives what it makes in new arrays, which nobody has to give back. */
export interface KeepingCoder {
  encode(...job: Parameters<SlabCoder['encode']>): Promise<ReadonlyMap<number, EncodedShard>>;
  decode(...job: Parameters<SlabCoder['decode']>): Promise<Uint8Array>;
}

export const kept = (coder: SlabCoder): KeepingCoder => ({
  encode: async (...job) => {
    using encoded = await coder.encode(...job);
    return new Map([...encoded.shards].map(([shard, { root, bytes }]) => [shard, { root, bytes: bytes.slice() }]));
  },
  decode: async (...job) => {
    using decoded = await coder.decode(...job);
    return decoded.bytes.slice();
  },
});
