import { periodAt } from '../core/schedule.js';
import type { Period } from '../core/units.js';
import type { SettlementReader } from '../ports/settlement.js';

/** The period of the newest block. */
export const currentPeriod = async (
  { settlement }: { readonly settlement: Pick<SettlementReader, 'head' | 'genesisBlock' | 'parameters'> },
  signal?: AbortSignal,
): Promise<Period> => {
  const { block } = await settlement.head(signal);
  return periodAt(block, settlement.genesisBlock, settlement.parameters.periodBlocks);
};
