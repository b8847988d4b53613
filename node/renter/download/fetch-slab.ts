import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Address, DealId, Wei } from '../../core/units.js';
import type { ShardPlacement, SlabOwner, SlabRecord } from '../../ports/catalogue.js';
import { shardLeaves, type DecodedSlab, type PlacedShard } from '../../core/data/slab.js';
import { codedOwner, type CodedOwner } from '../coded-owner.js';
import type { RenterContext } from '../context.js';
import type { FailureList } from '../failure-list.js';
import { placesOf } from '../../core/data/slab-work.js';
import { fastest } from '../../core/tasks/fastest.js';
import { readSpan, type ReadSpan } from './read-sector.js';
import type { Till } from './egress.js';
import type { Purse } from './purse.js';
import { planReads, type ReadTask } from './plan-reads.js';

/** Who holds what of an object or a crate, and who has answered fast so far. */
export interface Sources {
  readonly owner: SlabOwner;
  readonly coded: CodedOwner;
  /** Of the deals that may be read from. */
  readonly providers: ReadonlyMap<DealId, Address>;
  /** Pays for the reads. */
  readonly purse: Purse;
  /** Token wei that reading all of a deal's shards costs. */
  readonly costs: ReadonlyMap<DealId, Wei>;
  /** Hears of each range that came. */
  readonly came?: ((bytes: number) => void) | undefined;
  /** Shard indices in the order in which they came last time. */
  order: readonly number[];
}

export interface SourceOptions {
  readonly purse: Purse;
  /** Deals not to be asked. */
  readonly without?: ReadonlySet<DealId>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Which deals the shards of the owner's `slabs` lie in, by provider, and what reading them costs. READS_UNFUNDED and EGRESS_ABOVE_LIMIT if
 * fewer than k shards of a slab can be paid for; deals that cannot are left out.
 */
export const sourcesOf = async (
  context: RenterContext,
  owner: SlabOwner,
  slabs: ReadTask['slabs'],
  { purse, without = new Set(), signal }: SourceOptions,
): Promise<Sources> => {
  const tillOf = async (deal: DealId, either?: AbortSignal): Promise<Till> => {
    const record = await context.catalogue.deal(deal);
    if (!record) throw new HoldfastError('DEAL_OF_ANOTHER', { deal });
    const [link, authorization] = [await context.links.to(record.provider, either), await context.links.authorize(deal, either)];
    return { link, authorization };
  };
  const { costs, unpayable } = await planReads(context, { k: owner.k, slabs, without }, purse, signal, tillOf);
  const providers = new Map<DealId, Address>();
  for (const deal of costs.keys()) {
    const record = unpayable.has(deal) ? undefined : await context.catalogue.deal(deal);
    if (record) providers.set(deal, record.provider);
  }
  return { owner, coded: codedOwner(context, owner), providers, purse, costs, order: [] };
};

/** The shards that may be read: those who came first last time first, then the cheapest; who failed last. */
export const ranked = (
  shards: readonly ShardPlacement[],
  { order, providers, costs }: Sources,
  failures: FailureList,
): ShardPlacement[] => {
  const place = ({ shard, deal }: ShardPlacement): number => {
    const provider = providers.get(deal);
    const position = order.indexOf(shard);
    return (provider && failures.has(provider) ? 1000 : 0) + (position < 0 ? 500 : position);
  };
  const cost = ({ deal }: ShardPlacement): bigint => costs.get(deal) ?? 0n;
  const dearer = (a: ShardPlacement, b: ShardPlacement): number => (cost(a) === cost(b) ? 0 : cost(a) < cost(b) ? -1 : 1);
  return shards.filter(({ deal }) => providers.has(deal)).sort((a, b) => place(a) - place(b) || dearer(a, b) || a.shard - b.shard);
};

/** Leaves of a slab's shards. */
type Leaves = Pick<ReadSpan, 'from' | 'count'>;

/** Which leaves of its sectors those of a slab's shards are. */
const spanOf = ({ within }: SlabRecord, { from, count }: Leaves): Leaves => ({ from: (within?.from ?? 0) + from, count });

/** Leaves of one shard, each verified, in `into` or a new array. */
export const fetchShard = async (
  context: RenterContext,
  sources: Sources,
  slab: SlabRecord,
  placement: ShardPlacement,
  own: Leaves,
  signal: AbortSignal,
  into?: Uint8Array,
): Promise<PlacedShard> => {
  const { shard, deal, sector, attempt } = placement;
  const provider = sources.providers.get(deal);
  if (!provider) throw new HoldfastError('DEAL_OF_ANOTHER', { deal });
  const link = await context.links.to(provider, signal);
  const authorization = await context.links.authorize(deal, signal);
  const source = { link, authorization, egress: context.egress, purse: sources.purse, came: sources.came };
  const bytes = await readSpan(source, sector, spanOf(slab, own), context.limits, signal, into);
  context.metrics.add('holdfast_downloaded_bytes_total', bytes.length);
  return { bytes, place: { shard, deal, attempt } };
};

/** Whoever failed is asked last from now on, over a new connection. */
export const noteFailure = (
  { links }: RenterContext,
  { providers }: Sources,
  { deal }: ShardPlacement,
  failures: FailureList,
  error: unknown,
): void => {
  const provider = providers.get(deal);
  if (!provider) return;
  links.drop(provider);
  failures.add(provider, error);
};

/**
 * Shards asked for beyond those that are needed. One that comes too late was read, and maybe paid, for nothing: where that is more than a range, or
 * has a price, only who is late or fails gets a spare.
 */
const sparesOf = ({ limits }: RenterContext, { costs }: Sources, { count }: Leaves): number =>
  count > limits.rangeLeaves || [...costs.values()].some((cost) => cost > 0n) ? 0 : limits.spareShards;

/**
 * The plaintext of slab `index` from whichever k shards come first, each verified before it is decoded. Providers that fail or lie are
 * recorded and others take over; OBJECT_UNAVAILABLE when fewer than k are left.
 */
export const fetchSlab = async (
  context: RenterContext,
  sources: Sources,
  [index, slab]: readonly [index: number, slab: SlabRecord],
  failures: FailureList,
  signal?: AbortSignal,
): Promise<DecodedSlab> => {
  const { name, k, n } = sources.owner;
  const { length } = slab;
  const own = { from: 0, count: shardLeaves(length, k) };
  const candidates = ranked(slab.shards, sources, failures);
  // Those who are asked first read into the room. Who is late loses its place there: what came instead lies elsewhere, and all is copied to another.
  using room = context.coder.shardRoom({ k, length });
  const first = candidates.slice(0, k).map(({ shard }) => shard);
  const places = placesOf(first, k);
  let bytesHere = 0;
  const counted: Sources = { ...sources, came: (bytes) => void (bytesHere += bytes) };
  const roomOf = ({ shard }: ShardPlacement): Uint8Array | undefined => room.places[places.get(shard) ?? k];
  const shards = await fastest(
    {
      candidates,
      needed: k,
      spare: sparesOf(context, sources, own),
      hedgeMilliseconds: context.limits.hedgeMilliseconds,
      // A slow line is slow for all: more shards at once would only make it slower, and cost more.
      progress: () => bytesHere,
      sleep: (milliseconds, either) => context.clock.sleep(milliseconds, either),
      run: (placement, either) => fetchShard(context, counted, slab, placement, own, either, roomOf(placement)),
      onFailure: (placement, error) => noteFailure(context, sources, placement, failures, error),
    },
    signal,
  );
  if (shards.length < k) {
    throw new HoldfastError('OBJECT_UNAVAILABLE', { name, slab: index, present: shards.length, needed: k, reasons: failures.text });
  }
  sources.order = shards.map(({ place }) => place.shard);
  return await context.coder.decode(shards, { k, n, length, parts: await sources.coded.partsOf({ index, length }) });
};
