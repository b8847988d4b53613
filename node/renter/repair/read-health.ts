import type { DealId } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { readDeals } from '../deals/deal-book.js';
import { dealsHolding } from '../deals/deals-holding.js';
import { healthOf, type DealHealth } from './decide-repair.js';
import { probeDeal } from './probe.js';

export interface HealthOptions {
  /** Shards in deals that end within this many periods count as ending. */
  readonly margin: number;
  /** Whose deals; without, all that hold shards. */
  readonly objects?: readonly ObjectRecord[] | undefined;
  /** What is asked of the chain. Default: what is agreed. */
  readonly chain?: SettlementReader;
  readonly signal?: AbortSignal | undefined;
}

/** Health of every deal that holds shards: chain first, one probe each. */
export const readHealth = async (
  context: RenterContext,
  { margin, objects, chain = context.settlement.agreed, signal }: HealthOptions,
): Promise<ReadonlyMap<DealId, DealHealth>> => {
  const now = await currentPeriod(chain, signal);
  const known = new Map((await readDeals(context, signal, chain)).map((entry) => [entry.deal.id, entry]));
  const deals = await dealsHolding(context, objects);
  const entries = deals.map(async (id) => {
    const entry = known.get(id);
    const probe = entry ? await probeDeal(context, entry.record, signal) : 'silent';
    return [id, healthOf({ deal: entry?.deal, sheet: entry?.sheet, probe }, now, margin)] as const;
  });
  return new Map(await Promise.all(entries));
};
