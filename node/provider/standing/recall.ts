import type { DealId } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { Clock } from '../../ports/world.js';
import type { Admitted } from '../accept/authorization.js';
import type { ProviderPolicy } from '../policy.js';
import type { SeenDeals } from '../settle/reconciler.js';
import { decideRecall } from './decide-recall.js';

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
  return (id: DealId): Admitted | undefined => {
    const last = seen();
    const deal = last?.deals.get(id);
    if (last === undefined || deal === undefined) return undefined;
    const moment = decideRecall({ ...world, deal, block: last.block, readAt: last.at, now: clock.now() });
    return moment && { deal, ...moment };
  };
};
