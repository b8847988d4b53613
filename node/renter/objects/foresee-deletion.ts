import { shardLeaves } from '../../core/data/slab.js';
import { rateUp } from '../../core/market/rent.js';
import { wei, type DealId, type Wei } from '../../core/units.js';
import type { Catalogue, CratePlace, ObjectRecord, SlabRecord } from '../../ports/catalogue.js';

type Deletable = Pick<Catalogue, 'slabs' | 'slab' | 'useOf' | 'deal'>;

/** What a deletion of objects comes to. */
export interface DeletionForecast {
  /** Leaves that deals do not have to keep any more, all shards together. */
  readonly freed: number;
  /** Deals that these lie in. */
  readonly deals: number;
  /** Token wei a period that the deals cost less without them, by the revisions that both signed last. */
  readonly saved: Wei;
  /** Leaves, all shards together, that stay in deals since other files lie in the same sectors. */
  readonly kept: number;
}

/** What is to go of one slab of a crate. */
interface Leaving {
  readonly place: CratePlace;
  leaves: number;
}

/** Counts the shards that are freed. */
const createCount = () => {
  const byDeal = new Map<DealId, number>();
  return {
    byDeal,
    add: (shards: SlabRecord['shards']): void => {
      for (const { deal, sector } of shards) byDeal.set(deal, (byDeal.get(deal) ?? 0) + sector.leaves);
    },
  };
};

const savedIn = async ({ deal }: Deletable, byDeal: ReadonlyMap<DealId, number>): Promise<Wei> => {
  let saved = 0n;
  for (const [id, gone] of byDeal) {
    const revision = (await deal(id))?.current?.revision;
    if (revision === undefined) continue;
    saved += rateUp(revision.price, revision.leaves) - rateUp(revision.price, Math.max(0, revision.leaves - gone));
  }
  return wei(saved);
};

/**
 * What deleting these objects frees, from the catalogue alone: a slab that has its sectors for itself frees them, one in a crate only where nothing
 * else is left there. Reads the slabs of these objects and of no others.
 */
export const foreseeDeletion = async (catalogue: Deletable, objects: readonly ObjectRecord[]): Promise<DeletionForecast> => {
  const count = createCount();
  const leaving = new Map<string, Leaving>();
  for (const { id, k } of objects)
    for await (const [, { length, shards, within }] of catalogue.slabs(id)) {
      if (within === undefined) {
        count.add(shards);
        continue;
      }
      const name = `${within.crate} ${within.slab}`;
      const entry = leaving.get(name) ?? { place: within, leaves: 0 };
      leaving.set(name, entry);
      entry.leaves += shardLeaves(length, k);
    }
  let kept = 0;
  for (const { place, leaves } of leaving.values()) {
    const shards = (await catalogue.slab(place.crate, place.slab))?.shards ?? [];
    if (leaves >= (await catalogue.useOf(place.crate, place.slab))) count.add(shards);
    else kept += leaves * shards.length;
  }
  const freed = [...count.byDeal.values()].reduce((sum, one) => sum + one, 0);
  return { freed, deals: count.byDeal.size, saved: await savedIn(catalogue, count.byDeal), kept };
};
