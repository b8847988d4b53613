import { epochOf, periodAt } from '../../../core/market/schedule.js';
import { wei, type Address, type Wei } from '../../../core/units.js';
import type { SettlementReader } from '../../../ports/settlement.js';
import { claimableEpochs } from '../../../provider/settle/decide-claim.js';

/** Past epochs that the command line looks at. */
export const CLAIMED_EPOCHS = 30;

/** A provider's rewards, token wei. */
export interface Rewards {
  /** Past epochs that owe something. */
  readonly owed: readonly { readonly epoch: number; readonly reward: Wei }[];
  readonly running: { readonly epoch: number; readonly reward: Wei };
}

/** What the pool owes `provider` for the last `count` epochs, and would for the running one as of now. */
export const rewardsOf = async (reader: SettlementReader, provider: Address, count: number, signal?: AbortSignal): Promise<Rewards> => {
  const { block } = await reader.head(signal);
  const { periodBlocks, epochPeriods } = reader.parameters;
  const current = epochOf(periodAt(block, reader.genesisBlock, periodBlocks), epochPeriods);
  const epochs = [...claimableEpochs(current, count), current];
  const rewards = await reader.rewards(provider, epochs, signal);
  const all = epochs.map((epoch, index) => ({ epoch, reward: rewards[index] ?? wei(0n) }));
  return {
    owed: all.slice(0, -1).filter(({ reward }) => reward > 0n),
    running: all.at(-1) ?? { epoch: current, reward: wei(0n) },
  };
};
