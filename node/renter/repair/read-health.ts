import { inFlight } from '../../core/tasks/in-flight.js';
import type { DealId, Period } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { SlabOwner } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { readDeals } from '../deals/deal-book.js';
import { dealsHolding } from '../deals/deals-holding.js';
import { healthOf, type DealHealth } from './decide-repair.js';
import { probeDeal, type Probe } from './probe.js';

export interface HealthOptions {
  /** Shards in deals that end within this many periods count as ending. */
  readonly margin: number;
  /** Whose deals; without, all that hold shards. */
  readonly objects?: readonly SlabOwner[] | undefined;
  /** What is asked of the chain. Default: what is agreed. */
  readonly chain?: SettlementReader;
  /** Counts probes in a row from run to run; without, a probe says what it says alone. */
  readonly counting?: Counting | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Counting {
  /** Probes in a row after which a provider that refuses has lost what it should hold. */
  readonly probes: number;
  /** Deals whose providers did not take what was made anew for them, and the code of what they said: as good as a refused probe. */
  readonly refusing?: ReadonlyMap<DealId, string> | undefined;
  /** Counts, and remembers nothing. */
  readonly dryRun?: boolean | undefined;
  /** Deals that count as if they ended later: of a dry run, those that would be renewed. */
  readonly renewed?: ReadonlyMap<DealId, Period> | undefined;
}

/** How often in a row the deal's provider gave nothing back, with this probe. What says nothing about the provider leaves the count as it was. */
const countProbe = async ({ catalogue, clock }: RenterContext, deal: DealId, probe: Probe, { probes, dryRun }: Counting) => {
  const before = await catalogue.doubts.at({ deal });
  if (probe.outcome === 'ok') {
    if (before !== undefined && !dryRun) await catalogue.doubts.drop({ deal });
    return undefined;
  }
  const { check } = probe;
  if (check === undefined) return before && { ...before, most: probes };
  const doubt = { deal, check, times: (before?.times ?? 0) + 1, last: clock.now() };
  if (!dryRun) await catalogue.doubts.put(doubt);
  return { ...doubt, most: probes };
};

/** Health of every deal that holds shards: chain first, one probe each, of a bounded number at once. */
export const readHealth = async (
  context: RenterContext,
  { margin, objects, chain = context.settlement.agreed, counting, signal }: HealthOptions,
): Promise<ReadonlyMap<DealId, DealHealth>> => {
  const now = await currentPeriod(chain, signal);
  const known = new Map((await readDeals(context, signal, chain)).map((entry) => [entry.deal.id, entry]));
  const deals = await dealsHolding(context, objects);
  const health = new Map<DealId, DealHealth>();
  await inFlight(deals, context.limits.dealsAtOnce, signal, async (id, either) => {
    const entry = known.get(id);
    const said = counting?.refusing?.get(id);
    const probed: Probe = entry ? await probeDeal(context, entry.record, either) : { outcome: 'silent' };
    const probe: Probe = said !== undefined && probed.outcome === 'ok' ? { outcome: 'refused', check: said } : probed;
    const doubt = counting && (await countProbe(context, id, probe, counting));
    const deal = entry && { ...entry.deal, end: counting?.renewed?.get(id) ?? entry.deal.end };
    health.set(id, healthOf({ deal, sheet: entry?.sheet, probe: probe.outcome, doubt }, now, margin));
  });
  return health;
};
