import { periodAt } from '../core/market/schedule.js';
import type { Period } from '../core/units.js';
import type { SettlementReader } from '../ports/settlement.js';

/** The period of the newest block of `chain`. */
export const currentPeriod = async (
  chain: Pick<SettlementReader, 'head' | 'genesisBlock' | 'parameters'>,
  signal?: AbortSignal,
): Promise<Period> => {
  const { block } = await chain.head(signal);
  return periodAt(block, chain.genesisBlock, chain.parameters.periodBlocks);
};
