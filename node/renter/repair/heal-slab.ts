import type { EncodedShard } from '../../core/data/slab.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { ShardPlacement, SlabRecord } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { Purse } from '../download/purse.js';
import { fetchSlab, sourcesOf } from '../download/fetch-slab.js';
import type { FailureList } from '../failure-list.js';
import type { LostShards } from './decide-healing.js';

/** The slab without its lost shards: what is read, and what reading it costs. */
const whatIsLeft = ({ record, lost }: LostShards): SlabRecord => ({
  ...record,
  shards: record.shards.filter((one) => !lost.includes(one)),
});

/**
 * The slab's lost shards as they were, byte for byte: decoded from those that are left, and encrypted under the keys of their places.
 * OBJECT_UNAVAILABLE, READS_UNFUNDED, EGRESS_ABOVE_LIMIT; SECTOR_ROOT_MISMATCH if what comes out is not what the deal names.
 */
export const remakeShards = async (
  context: RenterContext,
  damaged: LostShards,
  purse: Purse,
  failures: FailureList,
  signal: AbortSignal,
): Promise<ReadonlyMap<ShardPlacement, EncodedShard>> => {
  const { owner, slab, shards } = damaged;
  const { k, n } = owner;
  const left = whatIsLeft(damaged);
  const sources = await sourcesOf(context, owner, [left], { purse, signal });
  using plaintext = await fetchSlab(context, sources, [slab, left], failures, signal);
  const parts = await sources.coded.partsOf({ index: slab, length: left.length });
  const places = shards.map(({ shard, deal, attempt }) => ({ shard, deal, attempt }));
  using made = await context.coder.encode(plaintext.bytes, { k, n, parts }, places);
  return new Map(
    shards.map((place) => {
      const { shard, sector } = place;
      const one = made.shards.get(shard) as EncodedShard;
      if (one.root !== sector.root) throw new HoldfastError('SECTOR_ROOT_MISMATCH', { expected: sector.root, computed: one.root });
      return [place, { ...one, bytes: one.bytes.slice() }] as const;
    }),
  );
};
