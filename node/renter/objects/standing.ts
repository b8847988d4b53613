import { shardLeaves } from '../../core/data/slab.js';
import type { Deal } from '../../core/market/deal.js';
import { mustKeep } from '../../core/market/endings.js';
import { ratesUp } from '../../core/market/rent.js';
import type { DealId, Period, Wei } from '../../core/units.js';
import type { Catalogue, ObjectRecord, ShardPlacement } from '../../ports/catalogue.js';
import { readKeepers, type KeeperOf, type KeptBy } from '../deals/keepers.js';
import { currentPeriod } from '../current-period.js';
import type { SettlementReader } from '../../ports/settlement.js';

/** How safe an object is as things stand, how long that is paid for, and what it costs. */
export interface ObjectStanding {
  /** Shards that somebody has to keep, of the slab that has the fewest; all of an object without slabs. */
  readonly kept: number;
  /** First period in which fewer than k shards of some slab are paid for; undefined where that is so now, or never. */
  readonly until: Period | undefined;
  /** Rent of a period for its part of the deals, token wei. */
  readonly rent: Wei;
}

/** The deals that keep shards of a slab in period `now`, a deal as often as it does. */
const keepersOf = async (shards: readonly ShardPlacement[], keeperOf: KeeperOf, now: Period): Promise<readonly Deal[]> => {
  const found: Deal[] = [];
  for (const shard of shards) {
    const deal = await keeperOf(shard);
    if (deal !== undefined && mustKeep(deal, now)) found.push(deal);
  }
  return found;
};

/** Tells how objects stand, one after the other; walks the slabs of those that it is asked about. */
export interface Standings {
  readonly now: Period;
  of(object: Pick<ObjectRecord, 'id' | 'k' | 'n'>): Promise<ObjectStanding>;
}

/** What the chain says of the deals of this catalogue, read once. */
export const readStandings = async (
  { catalogue, settlement }: { catalogue: KeptBy['catalogue'] & Pick<Catalogue, 'slabs' | 'usedDeals'>; settlement: SettlementReader },
  signal?: AbortSignal,
): Promise<Standings> => {
  const [now, used] = await Promise.all([currentPeriod(settlement, signal), Array.fromAsync(catalogue.usedDeals())]);
  const keeperOf = await readKeepers({ catalogue, settlement }, used, signal);
  return {
    now,
    of: async ({ id, k, n }) => {
      let [kept, until] = [n, Infinity];
      const parts = new Map<DealId, readonly [Deal, number]>();
      for await (const [, { shards, length }] of catalogue.slabs(id)) {
        const keepers = await keepersOf(shards, keeperOf, now);
        kept = Math.min(kept, keepers.length);
        const ends = keepers.map(({ end }) => end).sort((a, b) => b - a);
        until = Math.min(until, ends[k - 1] ?? 0);
        for (const deal of keepers) parts.set(deal.id, [deal, (parts.get(deal.id)?.[1] ?? 0) + shardLeaves(length, k)]);
      }
      return { kept, until: until > 0 && until < Infinity ? (until as Period) : undefined, rent: ratesUp(parts.values()) };
    },
  };
};
