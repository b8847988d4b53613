import { weightFor } from '../../core/market/rent.js';
import type { ChainHead, Deal } from '../../core/market/deal.js';
import { weight, type DealId, type Hash, type Period, type Weight } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { ProviderDeal, ProviderJournal } from '../../ports/journal.js';

/** What a deal may still grow by: the heaviest of the revisions that its renter can still post. */
const growthOf = ({ revisions }: ProviderDeal, deal: Deal, period: Period, parameters: SettlementReader['parameters']): bigint =>
  revisions
    .map(({ revision }) => revision)
    .filter(({ number, validUntil }) => number > deal.number && validUntil >= period)
    .map(({ price, leaves }) => weightFor(price, leaves, parameters) - deal.weight)
    .reduce((most, growth) => (growth > most ? growth : most), 0n);

/** Weight that revisions of other deals, signed and still to be posted, will add at most. */
export const promisedWeight = (
  kept: readonly ProviderDeal[],
  chain: ReadonlyMap<DealId, Deal>,
  period: Period,
  parameters: SettlementReader['parameters'],
): Weight => {
  let promised = 0n;
  for (const one of kept) {
    const deal = chain.get(one.id);
    if (deal === undefined || deal.status === 'closed' || deal.defaulted !== undefined) continue;
    promised += growthOf(one, deal, period, parameters);
  }
  return weight(promised);
};

/** What the chain said of deals in the block of that hash. */
export interface DealsInBlock {
  readonly block: Hash;
  readonly deals: ReadonlyMap<DealId, Deal>;
}

/** Where a deal stands beside all others. */
export interface Standing {
  /** As the chain has it; undefined if it knows none. */
  readonly deal: Deal | undefined;
  /** Other deals with data. */
  readonly kept: number;
  readonly promised: Weight;
  readonly seen: DealsInBlock;
}

export interface OthersReader {
  /** Reads deal `id`, and those others that may still grow; of these the chain is asked once a block. */
  read(id: DealId, head: ChainHead, period: Period, signal: AbortSignal): Promise<Standing>;
  /** All that was read was of that block: who looks at it next need not ask again. */
  keep(seen: DealsInBlock): void;
}

export const createOthersReader = (
  settlement: SettlementReader,
  journal: Pick<ProviderJournal, 'deal' | 'counts' | 'validFrom'>,
): OthersReader => {
  let kept: DealsInBlock | undefined;

  const dealsAt = async (block: Hash, ids: readonly DealId[], signal: AbortSignal): Promise<DealsInBlock> => {
    const before = kept?.block === block ? kept.deals : new Map<DealId, Deal>();
    const missing = ids.filter((id) => !before.has(id));
    const found = missing.length === 0 ? [] : await settlement.deals(missing, signal);
    const added = found.flatMap((deal) => (deal === undefined ? [] : [[deal.id, deal] as const]));
    return { block, deals: added.length === 0 ? before : new Map([...before, ...added]) };
  };

  const otherDealsWithData = async (id: DealId): Promise<number> => {
    const own = (await journal.deal(id))?.revisions.some(({ revision }) => revision.leaves > 0) === true;
    return journal.counts().withData - Number(own);
  };

  return {
    read: async (id, head, period, signal) => {
      const growing = journal.validFrom(period).filter((other) => other.id !== id);
      const seen = await dealsAt(head.hash, [id, ...growing.map((other) => other.id)], signal);
      const promised = promisedWeight(growing, seen.deals, period, settlement.parameters);
      return { deal: seen.deals.get(id), kept: await otherDealsWithData(id), promised, seen };
    },
    keep: (seen) => void (kept = seen),
  };
};
