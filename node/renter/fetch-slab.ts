import { shardKey } from '../core/cipher.js';
import { HoldfastError } from '../core/errors.js';
import type { Address, DealId } from '../core/units.js';
import type { ObjectRecord, ShardPlacement } from '../ports/store.js';
import type { KeyedShard } from '../core/slab.js';
import type { RenterContext } from './context.js';
import type { FailureList } from './failure-list.js';
import { fastest } from './fastest.js';
import { readSector } from './read-sector.js';

/** Who holds what of an object, and who has answered fast so far. */
export interface Sources {
  readonly object: ObjectRecord;
  readonly providers: ReadonlyMap<DealId, Address>;
  /** Shards not to be asked for. */
  readonly without?: ReadonlySet<number>;
  /** Shard indices in the order in which they came last time. */
  order: readonly number[];
}

/** Which deals the object's shards lie in, by provider. */
export const sourcesOf = async ({ catalogue }: RenterContext, object: ObjectRecord, without?: ReadonlySet<number>): Promise<Sources> => {
  const providers = new Map<DealId, Address>();
  for (const { shards } of object.slabs) {
    for (const { deal } of shards) {
      if (providers.has(deal)) continue;
      const record = await catalogue.deal(deal);
      if (record) providers.set(deal, record.provider);
    }
  }
  return { object, providers, order: [], ...(without && { without }) };
};

/** Those who came first last time first, who failed last. */
const ranked = (shards: readonly ShardPlacement[], { order, without, providers }: Sources, failures: FailureList): ShardPlacement[] => {
  const place = ({ shard, deal }: ShardPlacement): number => {
    const provider = providers.get(deal);
    const position = order.indexOf(shard);
    return (provider && failures.has(provider) ? 1000 : 0) + (position < 0 ? 500 : position);
  };
  return shards.filter(({ shard }) => !without?.has(shard)).sort((a, b) => place(a) - place(b) || a.shard - b.shard);
};

const fetchShard = async (
  context: RenterContext,
  sources: Sources,
  slab: number,
  placement: ShardPlacement,
  signal: AbortSignal,
): Promise<KeyedShard> => {
  const { shard, deal, sector, attempt } = placement;
  const provider = sources.providers.get(deal);
  if (!provider) throw new HoldfastError('DEAL_OF_ANOTHER', { deal });
  const link = await context.links.to(provider, signal);
  const bytes = await readSector(link, await context.links.authorize(deal, signal), sector, context.limits, signal);
  return { shard, bytes, ...shardKey(context.master, { object: sources.object.id, slab, shard, deal, attempt }) };
};

/**
 * The plaintext of a slab from whichever k shards come first, each verified before it is decoded. Providers that fail or lie are
 * recorded and others take over; OBJECT_UNAVAILABLE when fewer than k are left.
 */
export const fetchSlab = async (
  context: RenterContext,
  sources: Sources,
  slab: number,
  failures: FailureList,
  signal?: AbortSignal,
): Promise<Uint8Array> => {
  const { name, k, n, slabs } = sources.object;
  const record = slabs[slab];
  if (!record) throw new HoldfastError('INTERNAL', { detail: `object "${name}" has no slab ${slab}` });
  const { spareShards: spare, hedgeMilliseconds } = context.limits;
  const shards = await fastest(
    {
      candidates: ranked(record.shards, sources, failures),
      needed: k,
      spare,
      hedgeMilliseconds,
      clock: context.clock,
      run: (placement, either) => fetchShard(context, sources, slab, placement, either),
      onFailure: ({ deal }, error) => {
        const provider = sources.providers.get(deal);
        if (provider) context.links.drop(provider);
        if (provider) failures.add(provider, error);
      },
    },
    signal,
  );
  if (shards.length < k) {
    throw new HoldfastError('OBJECT_UNAVAILABLE', { name, slab, present: shards.length, needed: k, reasons: failures.text });
  }
  sources.order = shards.map(({ shard }) => shard);
  return context.coder.decode(shards, k, n, record.length);
};
