import type { Deal, ProviderSheet } from '../../core/market/deal.js';
import type { DealId, Period } from '../../core/units.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import { columnsOf } from '../upload/columns.js';

/** What a provider answered to a request for a random leaf: the true leaf, nothing in time, or something else. */
export type ProbeOutcome = 'ok' | 'silent' | 'wrong';

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
}

const lost = (reason: string): DealHealth => ({ state: 'lost', reason });

/**
 * Health from the chain (end, default, audits missed in a row up to now) and from the probe. Silence alone makes doubtful: a
 * provider that proves on chain holds the data. `margin` in periods before the deal's end: what ends so soon is not lost yet.
 */
export const healthOf = ({ deal, sheet, probe }: DealSnapshot, now: Period, margin: number): DealHealth => {
  if (!deal || !sheet || deal.status === 'closed' || deal.status === 'none') return lost('its deal is closed');
  if (deal.defaulted) return lost('its provider defaulted');
  if (deal.end <= now) return lost(`its deal ended in period ${deal.end}`);
  if (probe === 'wrong') return lost('its provider does not give back what it should hold');
  const missed = sheet.total > 0n ? Math.max(0, sheet.decided - sheet.lastProven) : 0;
  if (missed > 0 && probe === 'silent') return lost(`its provider missed ${missed} audits and is silent`);
  if (deal.end <= now + margin) return { state: 'ending', reason: `its deal ends in period ${deal.end}` };
  if (missed > 0) return { state: 'doubtful', reason: `its provider missed ${missed} audits` };
  if (probe === 'silent') return { state: 'doubtful', reason: 'its provider is silent' };
  return { state: 'healthy', reason: 'its provider proves and answers' };
};

export interface RepairSnapshot {
  readonly objects: readonly ObjectRecord[];
  readonly health: ReadonlyMap<DealId, DealHealth>;
  /** An object with fewer shards than this that are neither lost nor about to be is repaired. Default: its n, so that any loss is. */
  readonly threshold?: number | undefined;
}

/** One shard of an object, in all its slabs, that needs another place: it is lost, or its deal ends. */
export interface LostColumn {
  readonly shard: number;
  readonly deal: DealId;
  /** For the keys at the new place. */
  readonly attempt: number;
  readonly reason: string;
  /** Whether what lies there can still be read. */
  readonly readable: boolean;
}

/** What to do for one object: move its lost shards, or, with fewer than k left, nothing helps but their providers' return. */
export interface RepairAction {
  readonly kind: 'move' | 'hopeless';
  readonly object: ObjectRecord;
  readonly columns: readonly LostColumn[];
}

/** Pure: which objects need repair, and of each which shards. */
export const decideRepair = ({ objects, health, threshold }: RepairSnapshot): RepairAction[] =>
  objects.flatMap((object): RepairAction[] => {
    if (object.state !== 'stored') return [];
    const columns = [...columnsOf(object)].flatMap(([shard, { deal, attempt }]): LostColumn[] => {
      const state = health.get(deal) ?? lost('its deal is unknown');
      if (state.state !== 'lost' && state.state !== 'ending') return [];
      return [{ shard, deal, attempt: attempt + 1, reason: state.reason, readable: state.state === 'ending' }];
    });
    const left = object.n - columns.length;
    if (columns.length === 0 || object.slabs.length === 0 || left >= (threshold ?? object.n)) return [];
    const readable = left + columns.filter((column) => column.readable).length;
    return [{ kind: readable >= object.k ? 'move' : 'hopeless', object, columns }];
  });
