import { shardLeaves } from '../../core/data/slab.js';
import type { Deal } from '../../core/market/deal.js';
import type { Address, DealId, Hash, Period, Wei } from '../../core/units.js';
import type { ObjectRecord, ShardPlacement, SlabRecord } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { createPurse, type Purse } from '../download/purse.js';
import type { ReadSpan } from '../download/read-sector.js';
import { isHeld, type Finding } from './finding.js';
import { samplePlaces, type Depth, type HeldPlace, type PlaceFinding, type PlaceSources, type RevisionNaming } from './sample-places.js';

export interface VerifyOptions extends TaskOptions {
  /** What is verified; what is not stored to its end is left out. */
  readonly objects: Iterable<ObjectRecord> | AsyncIterable<ObjectRecord>;
  /** Default: one random leaf of each shard. */
  readonly depth?: Depth | undefined;
  /** Most token wei that reading may cost. */
  readonly maxEgress?: Wei | undefined;
}

/** What the provider of some deals holds of what was asked for. */
export interface ProviderFinding {
  /** Undefined of deals that the chain does not know. */
  readonly provider: Address | undefined;
  readonly deals: ReadonlySet<DealId>;
  /** Shards by what was found of them. */
  readonly shards: ReadonlyMap<Finding, number>;
  /** What it said to the first that is not held. */
  readonly error?: Error | undefined;
  /** In which it proved on chain last what it holds. */
  readonly lastProven?: Period | undefined;
}

/** An object of which a shard is missing. */
export interface WantingObject {
  readonly object: ObjectRecord;
  /** Shards held of the slab of which the fewest are; k of them bring it back, and n should be. */
  readonly held: number;
}

export interface VerifyResult {
  readonly objects: number;
  /** Plaintext bytes of these. */
  readonly bytes: number;
  /** Shards looked at; small objects share them. */
  readonly shards: number;
  readonly wanting: readonly WantingObject[];
  readonly providers: readonly ProviderFinding[];
  /** Token wei that reading cost. */
  readonly egress: Wei;
}

/** Shards that are asked for before what is found is counted. */
const SHARDS_AT_ONCE = 512;

/** Whether the revision on chain names the root, as far as this catalogue knows it. */
const namingIn =
  ({ catalogue }: Pick<RenterContext, 'catalogue'>) =>
  async ({ id, number, root: posted }: Deal, root: Hash): Promise<RevisionNaming> => {
    if ((await catalogue.tree(id, number))?.root === posted)
      return (await catalogue.timesNamed(id, number, root)) > 0 ? 'posted' : 'absent';
    const signed = (await catalogue.deal(id))?.current?.revision.number ?? 0n;
    if (signed <= number) return 'unknown';
    return (await catalogue.timesNamed(id, signed, root)) > 0 ? 'signed' : 'absent';
  };

/** One slab of an object, and which places its shards lie in. */
interface Looked {
  readonly object: ObjectRecord;
  readonly places: readonly number[];
}

/** Slabs whose shards are asked for together: a sector that several objects share is asked for once. */
const createBatch = () => {
  const places: (HeldPlace & { readonly spans: ReadSpan[] })[] = [];
  const known = new Map<string, number>();
  const slabs: Looked[] = [];
  const placeOf = ({ deal, sector }: ShardPlacement, span: ReadSpan): number => {
    const key = `${deal} ${sector.root}`;
    const index = known.get(key) ?? places.push({ deal, sector, spans: [] }) - 1;
    known.set(key, index);
    places[index]?.spans.push(span);
    return index;
  };
  return {
    places,
    slabs,
    add: (object: ObjectRecord, { length, shards, within }: SlabRecord): void => {
      const span = { from: within?.from ?? 0, count: shardLeaves(length, object.k) };
      slabs.push({ object, places: shards.map((shard) => placeOf(shard, span)) });
    },
  };
};
type Batch = ReturnType<typeof createBatch>;

/** What is found of a provider, as it is counted. */
interface Counted {
  readonly deals: Set<DealId>;
  readonly shards: Map<Finding, number>;
  error?: Error | undefined;
}

/** Counts what is found by provider and by object. */
const createTally = () => {
  const providers = new Map<Address | undefined, { deals: Set<DealId>; shards: Map<Finding, number>; error?: Error | undefined }>();
  const fewest = new Map<string, { readonly object: ObjectRecord; readonly held: number }>();
  let shards = 0;
  return {
    providers,
    get shards() {
      return shards;
    },
    get wanting(): readonly WantingObject[] {
      return [...fewest.values()];
    },
    note: ({ places, slabs }: Batch, found: readonly PlaceFinding[]): void => {
      for (const [index, { finding, provider, error }] of found.entries()) {
        shards += 1;
        const own: Counted = providers.get(provider) ?? { deals: new Set(), shards: new Map() };
        providers.set(provider, own);
        const deal = places[index]?.deal;
        if (deal !== undefined) own.deals.add(deal);
        own.shards.set(finding, (own.shards.get(finding) ?? 0) + 1);
        own.error ??= error;
      }
      for (const { object, places: own } of slabs) {
        const held = own.filter((index) => isHeld(found[index]?.finding ?? 'over')).length;
        const before = fewest.get(object.id)?.held ?? object.n;
        if (held < before) fewest.set(object.id, { object, held });
      }
    },
  };
};

const sourcesFor = async (context: RenterContext, { places }: Batch, purse: Purse, signal?: AbortSignal): Promise<PlaceSources> => {
  const { settlement, links, limits, egress } = context;
  const ids = [...new Set(places.map(({ deal }) => deal))];
  const found = await settlement.dealsNow(ids, signal);
  return {
    deals: new Map(found.flatMap((deal) => (deal ? [[deal.id, deal] as const] : []))),
    now: await currentPeriod(settlement, signal),
    naming: namingIn(context),
    source: async ({ id, provider }, either) => {
      const [link, authorization] = await Promise.all([links.to(provider, either), links.authorize(id, either)]);
      return { link, authorization, egress, purse };
    },
    drop: (provider) => links.drop(provider),
    limits,
  };
};

/**
 * Has the providers of objects show that they hold their shards: random leaves of each, or all, against the roots that the chain has. Reads what is
 * asked for and no more, and decodes nothing. EGRESS_ABOVE_LIMIT.
 */
export const verifyObjects = async (
  context: RenterContext,
  { objects, depth = 1, maxEgress, signal, report }: VerifyOptions,
): Promise<VerifyResult> => {
  const purse = createPurse(maxEgress);
  const tally = createTally();
  let batch = createBatch();
  let [count, bytes] = [0, 0];
  const look = async (): Promise<void> => {
    const full = batch;
    batch = createBatch();
    tally.note(full, await samplePlaces(await sourcesFor(context, full, purse, signal), full.places, depth, signal));
    report?.({ kind: 'verified', objects: count });
  };
  for await (const object of objects) {
    if (object.state !== 'stored') continue;
    count += 1;
    bytes += object.bytes;
    for await (const [, slab] of context.catalogue.slabs(object.id)) {
      batch.add(object, slab);
      if (batch.places.length >= SHARDS_AT_ONCE) await look();
    }
  }
  await look();
  const addresses = [...tally.providers.keys()].filter((one) => one !== undefined);
  const sheets = await context.settlement.providerSheets(addresses, signal);
  const provenBy = new Map(addresses.map((address, index) => [address, sheets[index]?.lastProven]));
  const providers = [...tally.providers].map(([provider, own]) => ({
    provider,
    ...own,
    lastProven: provider && provenBy.get(provider),
  }));
  return { objects: count, bytes, shards: tally.shards, wanting: tally.wanting, providers, egress: purse.spent };
};
