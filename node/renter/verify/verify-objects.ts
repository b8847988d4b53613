import { shardLeaves } from '../../core/data/slab.js';
import type { Deal } from '../../core/market/deal.js';
import type { Hash, Wei } from '../../core/units.js';
import type { ObjectRecord, ShardPlacement, SlabRecord } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { createPurse } from '../download/purse.js';
import type { ReadSpan } from '../download/read-sector.js';
import { isHeld } from './finding.js';
import { placeSources } from './place-sources.js';
import { createProviderTally, type ProviderFinding } from './provider-findings.js';
import { samplePlaces, type Depth, type HeldPlace, type PlaceFinding, type RevisionNaming } from './sample-places.js';

export interface VerifyOptions extends TaskOptions {
  /** What is verified; what is not stored to its end is left out. */
  readonly objects: Iterable<ObjectRecord> | AsyncIterable<ObjectRecord>;
  /** Default: one random leaf of each shard. */
  readonly depth?: Depth | undefined;
  /** Most token wei that reading may cost. */
  readonly maxEgress?: Wei | undefined;
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

/** Counts what is found by provider and by object. */
const createTally = () => {
  const providers = createProviderTally();
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
      shards += found.length;
      providers.note(places, found);
      for (const { object, places: own } of slabs) {
        const held = own.filter((index) => isHeld(found[index]?.finding ?? 'over')).length;
        const before = fewest.get(object.id)?.held ?? object.n;
        if (held < before) fewest.set(object.id, { object, held });
      }
    },
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
    tally.note(
      full,
      await samplePlaces(
        await placeSources(context, full.places, { naming: namingIn(context), purse }, signal),
        full.places,
        depth,
        signal,
      ),
    );
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
  const providers = await tally.providers.findings(context, signal);
  return { objects: count, bytes, shards: tally.shards, wanting: tally.wanting, providers, egress: purse.spent };
};
