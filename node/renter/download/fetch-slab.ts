import { shardKey } from '../../core/data/cipher.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Address, DealId, Wei } from '../../core/units.js';
import type { ObjectRecord, ShardPlacement } from '../../ports/catalogue.js';
import type { DecodedSlab, KeyedShard } from '../../core/data/slab.js';
import type { RenterContext } from '../context.js';
import type { FailureList } from '../failure-list.js';
import { fastest } from '../../core/tasks/fastest.js';
import { readSector } from './read-sector.js';
import type { Purse } from './egress.js';
import { planReads } from './plan-reads.js';

/** Who holds what of an object, and who has answered fast so far. */
export interface Sources {
  readonly object: ObjectRecord;
  readonly providers: ReadonlyMap<DealId, Address>;
  /** Shards not to be asked for. */
  readonly without?: ReadonlySet<number>;
  /** Pays for the reads. */
  readonly purse: Purse;
  /** Token wei that reading all of a deal's shards costs. */
  readonly costs: ReadonlyMap<DealId, Wei>;
  /** Shard indices in the order in which they came last time. */
  order: readonly number[];
}

/**
 * Which deals the object's shards lie in, by provider, and what reading them costs. EGRESS_UNFUNDED and EGRESS_ABOVE_LIMIT if fewer than k
 * shards can be paid for; shards that cannot are left out.
 */
export const sourcesOf = async (
  context: RenterContext,
  object: ObjectRecord,
  purse: Purse,
  { without, signal }: { readonly without?: ReadonlySet<number>; readonly signal?: AbortSignal | undefined } = {},
): Promise<Sources> => {
  const providers = new Map<DealId, Address>();
  for (const { shards } of object.slabs) {
    for (const { deal } of shards) {
      if (providers.has(deal)) continue;
      const record = await context.catalogue.deal(deal);
      if (record) providers.set(deal, record.provider);
    }
  }
  const { costs, unpayable } = await planReads(context, object, purse, without ?? new Set(), signal);
  return { object, providers, purse, costs, order: [], without: new Set([...(without ?? []), ...unpayable]) };
};

/** Those who came first last time first, then the cheapest; who failed last. */
const ranked = (
  shards: readonly ShardPlacement[],
  { order, without, providers, costs }: Sources,
  failures: FailureList,
): ShardPlacement[] => {
  const place = ({ shard, deal }: ShardPlacement): number => {
    const provider = providers.get(deal);
    const position = order.indexOf(shard);
    return (provider && failures.has(provider) ? 1000 : 0) + (position < 0 ? 500 : position);
  };
  const cost = ({ deal }: ShardPlacement): bigint => costs.get(deal) ?? 0n;
  const dearer = (a: ShardPlacement, b: ShardPlacement): number => (cost(a) === cost(b) ? 0 : cost(a) < cost(b) ? -1 : 1);
  return shards.filter(({ shard }) => !without?.has(shard)).sort((a, b) => place(a) - place(b) || dearer(a, b) || a.shard - b.shard);
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
  const authorization = await context.links.authorize(deal, signal);
  const source = { link, authorization, egress: context.egress, purse: sources.purse };
  const bytes = await readSector(source, sector, context.limits, signal);
  context.metrics.add('holdfast_downloaded_bytes_total', bytes.length);
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
): Promise<DecodedSlab> => {
  const { name, k, n, slabs } = sources.object;
  const record = slabs[slab];
  if (!record) throw new HoldfastError('INTERNAL', { detail: `object "${name}" has no slab ${slab}` });
  const { spareShards, hedgeMilliseconds } = context.limits;
  // A spare that comes too late was paid for as well: where reading has a price, only who is late or fails gets one.
  const spare = [...sources.costs.values()].some((cost) => cost > 0n) ? 0 : spareShards;
  const shards = await fastest(
    {
      candidates: ranked(record.shards, sources, failures),
      needed: k,
      spare,
      hedgeMilliseconds,
      sleep: (milliseconds, either) => context.clock.sleep(milliseconds, either),
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
