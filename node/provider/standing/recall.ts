import type { Deal } from '../../core/market/deal.js';
import type { BlockNumber, DealId } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { Clock } from '../../ports/world.js';
import type { ProviderPolicy } from '../policy.js';
import { decideRecall, type RecalledMoment } from './decide-recall.js';

/** Deals with data as several RPCs had them in one block, where there are several. */
export interface SeenDeals {
  readonly deals: ReadonlyMap<DealId, Deal>;
  readonly block: BlockNumber;
  /** When they were read, milliseconds since 1970. */
  readonly at: number;
}

export interface RecallOptions {
  /** Deals as they were last seen. */
  readonly seen: () => SeenDeals | undefined;
  readonly settlement: Pick<SettlementReader, 'genesisBlock' | 'parameters'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Between two blocks, as the network means it. */
  readonly blockMilliseconds: number;
  readonly policy: Pick<ProviderPolicy, 'outagePeriods'>;
}

/** Finds a deal as it was last seen, if it still counts so while no RPC answers. */
export const createRecall = ({ seen, settlement, clock, blockMilliseconds, policy }: RecallOptions) => {
  const { genesisBlock, parameters } = settlement;
  const world = { blockMilliseconds, genesisBlock, parameters, periods: policy.outagePeriods };
  return (id: DealId): (RecalledMoment & { readonly deal: Deal }) | undefined => {
    const last = seen();
    const deal = last?.deals.get(id);
    if (last === undefined || deal === undefined) return undefined;
    const moment = decideRecall({ ...world, deal, block: last.block, readAt: last.at, now: clock.now() });
    return moment && { deal, ...moment };
  };
};
