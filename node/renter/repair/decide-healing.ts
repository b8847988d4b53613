import { LEAF_BYTES, type DealId, type Hash } from '../../core/units.js';
import type { SectorPlace, ShardPlacement, SlabOwner, SlabRecord } from '../../ports/catalogue.js';

/** A sector that its provider says it lacks, and which shard it is. */
export interface LostClaim {
  readonly deal: DealId;
  readonly root: Hash;
  readonly place: SectorPlace;
}

/** A slab of an object or a crate. */
export interface ClaimedSlab {
  readonly owner: SlabOwner;
  readonly slab: number;
  readonly record: SlabRecord;
}

/** Names a slab among those of all objects and crates. */
export const slabName = ({ owner, slab }: Pick<SectorPlace, 'owner' | 'slab'>): string => `${owner} ${slab}`;

export interface HealingSnapshot {
  readonly claims: readonly LostClaim[];
  /** The slabs that are claimed from, by {@link slabName}. */
  readonly slabs: ReadonlyMap<string, ClaimedSlab>;
  /** Bytes of sectors that may be made anew for each deal. */
  readonly allowed: ReadonlyMap<DealId, number>;
}

/** Lost shards of one slab. */
export interface LostShards extends ClaimedSlab {
  /** All that are lost. */
  readonly lost: readonly ShardPlacement[];
  /** Of these, what to do something about. */
  readonly shards: readonly ShardPlacement[];
}

export interface HealingPlan {
  /** To be made anew, the slabs with the fewest shards to spare first. */
  readonly heal: readonly LostShards[];
  /** Slabs with fewer than k shards left: nothing is made from them. */
  readonly hopeless: readonly LostShards[];
  /** For their deals enough was made anew lately. */
  readonly later: readonly LostShards[];
}

/** Shards of a slab that nobody says are lost. */
export const shardsLeft = ({ record, lost }: Pick<LostShards, 'record' | 'lost'>): number => record.shards.length - lost.length;

const bySlab = ({ claims, slabs }: HealingSnapshot): readonly LostShards[] => {
  const found = new Map<string, ClaimedSlab & { readonly lost: ShardPlacement[] }>();
  for (const { deal, root, place } of claims) {
    const name = slabName(place);
    const claimed = slabs.get(name);
    const placement = claimed?.record.shards.find((one) => one.deal === deal && one.sector.root === root);
    if (!claimed || !placement) continue;
    const entry = found.get(name) ?? { ...claimed, lost: [] };
    found.set(name, entry);
    entry.lost.push(placement);
  }
  return [...found.values()].map((entry) => ({ ...entry, shards: entry.lost }));
};

/** Pure: what of the lost is made anew, and what cannot be or not now. */
export const decideHealing = (snapshot: HealingSnapshot): HealingPlan => {
  const allowed = new Map(snapshot.allowed);
  const spare = (one: LostShards): number => shardsLeft(one) - one.owner.k;
  const slabs = bySlab(snapshot).toSorted((a, b) => spare(a) - spare(b));
  const take = ({ deal, sector }: ShardPlacement): boolean => {
    const left = (allowed.get(deal) ?? 0) - sector.leaves * LEAF_BYTES;
    if (left >= 0) allowed.set(deal, left);
    return left >= 0;
  };
  const heal: LostShards[] = [];
  const later: LostShards[] = [];
  for (const one of slabs) {
    if (spare(one) < 0) continue;
    const now = one.lost.filter(take);
    const rest = one.lost.filter((shard) => !now.includes(shard));
    if (now.length > 0) heal.push({ ...one, shards: now });
    if (rest.length > 0) later.push({ ...one, shards: rest });
  }
  return { heal, hopeless: slabs.filter((one) => spare(one) < 0), later };
};
