import type { Deal } from '../../core/market/deal.js';
import type { DealId } from '../../core/units.js';
import type { Catalogue, RenterDeal, ShardPlacement } from '../../ports/catalogue.js';
import type { SettlementReader } from '../../ports/settlement.js';

/** What tells who keeps a shard. */
export interface KeptBy {
  readonly catalogue: Pick<Catalogue, 'deal' | 'timesNamed'>;
  readonly settlement: Pick<SettlementReader, 'dealsNow'>;
}

/** The deal that somebody has to keep a shard for; undefined where nobody has to. */
export type KeeperOf = (shard: ShardPlacement) => Promise<Deal | undefined>;

/** The deals `ids` as far as they have to keep anything, by the chain, and where the catalogue knows the newest revision, by that. */
export const readKeepers = async ({ catalogue, settlement }: KeptBy, ids: readonly DealId[], signal?: AbortSignal): Promise<KeeperOf> => {
  const deals = new Map<DealId, { readonly deal: Deal; readonly record: RenterDeal | undefined }>();
  for (const deal of await settlement.dealsNow(ids, signal)) {
    if (!deal || deal.status === 'closed' || deal.defaulted !== undefined || deal.leaves === 0) continue;
    deals.set(deal.id, { deal, record: await catalogue.deal(deal.id) });
  }
  return async ({ deal: id, sector }) => {
    const known = deals.get(id);
    if (!known) return undefined;
    const number = known.record?.current?.revision.number ?? 0n;
    const isOld = known.record === undefined || number < known.deal.number;
    return isOld || (await catalogue.timesNamed(id, number, sector.root)) > 0 ? known.deal : undefined;
  };
};
