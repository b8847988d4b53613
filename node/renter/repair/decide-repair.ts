import type { Deal, ProviderSheet } from '../../core/market/deal.js';
import type { DealId, Period } from '../../core/units.js';
import type { ShardPlacement } from '../../ports/catalogue.js';

/**
 * What a provider answered to a request for a random leaf: the true leaf, nothing in time, something else, that it lost it, or that it does not
 * serve it.
 */
export type ProbeOutcome = 'ok' | 'silent' | 'wrong' | 'rotten' | 'refused';

/** How safe the shards in one deal are: what is `ending` needs another place, and can still be read. */
export interface DealHealth {
  readonly state: 'healthy' | 'doubtful' | 'ending' | 'lost';
  /** For people. */
  readonly reason: string;
}

/** What is known of one deal that holds shards. */
export interface DealSnapshot {
  readonly deal?: Deal | undefined;
  readonly sheet?: ProviderSheet | undefined;
  readonly probe: ProbeOutcome;
  /** Probes in a row, this one included, that gave nothing back, and what the provider said to the last; none where they are not counted. */
  readonly doubt?: { readonly times: number; readonly check: string; readonly most: number } | undefined;
}

const lost = (reason: string): DealHealth => ({ state: 'lost', reason });

/** What the probe alone makes lost. Where probes are counted, a provider that says it has nothing to give has so many to give it back. */
const lostByProbe = ({ probe, doubt }: DealSnapshot): string | undefined => {
  if (probe === 'wrong') return 'its provider does not give back what it should hold';
  if (doubt === undefined) return probe === 'rotten' ? 'its provider says that it lost what it should hold' : undefined;
  const refuses = (probe === 'rotten' || probe === 'refused') && doubt.times >= doubt.most;
  return refuses ? `its provider refuses (${doubt.check}), ${doubt.times} times in a row` : undefined;
};

/**
 * Health from the chain (end, default, audits missed in a row up to now) and from the probe. Silence alone makes doubtful: a
 * provider that proves on chain holds the data. `margin` in periods before the deal's end: what ends so soon is not lost yet.
 */
export const healthOf = (snapshot: DealSnapshot, now: Period, margin: number): DealHealth => {
  const { deal, sheet, probe } = snapshot;
  if (!deal || !sheet || deal.status === 'closed' || deal.status === 'none') return lost('its deal is closed');
  if (deal.defaulted) return lost('its provider defaulted');
  if (deal.end <= now) return lost(`its deal ended in period ${deal.end}`);
  const gone = lostByProbe(snapshot);
  if (gone !== undefined) return lost(gone);
  const missed = sheet.total > 0n ? Math.max(0, sheet.decided - sheet.lastProven) : 0;
  const gives = probe === 'ok' ? undefined : probe === 'silent' ? 'is silent' : 'refuses';
  if (missed > 0 && gives !== undefined) return lost(`its provider missed ${missed} audits and ${gives}`);
  if (deal.end <= now + margin) return { state: 'ending', reason: `its deal ends in period ${deal.end}` };
  if (missed > 0) return { state: 'doubtful', reason: `its provider missed ${missed} audits` };
  if (gives !== undefined) return { state: 'doubtful', reason: `its provider ${gives}` };
  return { state: 'healthy', reason: 'its provider proves and answers' };
};

/** What is known of one slab of a stored object. */
export interface SlabSnapshot {
  /** Shards that bring the slab back. */
  readonly k: number;
  /** All its shards. */
  readonly n: number;
  readonly shards: readonly Pick<ShardPlacement, 'shard' | 'deal' | 'attempt'>[];
  readonly health: ReadonlyMap<DealId, DealHealth>;
  /**
   * A slab with fewer shards than this that are neither lost nor about to be is repaired. Default: its n, so that any loss is. `halfway`: k, and
   * half of the others.
   */
  readonly threshold?: Threshold | undefined;
}

export type Threshold = number | 'halfway';

/** One shard of a slab that needs another place: it is lost, or its deal ends. */
export interface LostShard {
  readonly shard: number;
  readonly deal: DealId;
  /** For the keys at the new place. */
  readonly attempt: number;
  readonly reason: string;
  /** Whether what lies there can still be read. */
  readonly readable: boolean;
}

/** What to do for one slab: move its lost shards, or, with fewer than k left, nothing helps but their providers' return. */
export interface SlabRepair {
  readonly kind: 'move' | 'hopeless';
  readonly lost: readonly LostShard[];
}

/** Pure: whether a slab needs repair, and which of its shards. */
export const decideRepair = ({ k, n, shards, health, threshold = n }: SlabSnapshot): SlabRepair | undefined => {
  const found = shards.flatMap(({ shard, deal, attempt }): LostShard[] => {
    const { state, reason } = health.get(deal) ?? lost('its deal is unknown');
    if (state !== 'lost' && state !== 'ending') return [];
    return [{ shard, deal, attempt: attempt + 1, reason, readable: state === 'ending' }];
  });
  const left = shards.length - found.length;
  const least = threshold === 'halfway' ? k + Math.ceil((n - k) / 2) : threshold;
  if (found.length === 0 || left >= least) return undefined;
  const readable = left + found.filter((shard) => shard.readable).length;
  return { kind: readable >= k ? 'move' : 'hopeless', lost: found };
};
