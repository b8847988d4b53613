import { showCoins } from '../../core/amount-text.js';
import { epochOf } from '../../core/market/schedule.js';
import { wei, type Address, type GasWei, type Period } from '../../core/units.js';
import type { Settlement } from '../../ports/settlement.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Log } from '../../ports/world.js';
import { claimableEpochs, decideClaim } from './decide-claim.js';
import type { Moment } from '../moment.js';
import type { ProviderPolicy } from '../policy.js';

/** Claims the rewards of past epochs. The chain remembers what was claimed. */
export interface Claimer {
  /**
   * Once an epoch, once after a start, and a period after a claim that failed: looks what is owed, and sends a claim if it is worth
   * it. Waits for nothing that is mined.
   */
  step(moment: Moment, gasPrice: GasWei | undefined, signal: AbortSignal): Promise<void>;
  /** Whether a claim is on its way. */
  readonly busy: boolean;
}

export interface ClaimerOptions {
  readonly settlement: Settlement;
  readonly provider: Address;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: Pick<ProviderPolicy, 'claimEpochs' | 'gasFactor'>;
}

export const createClaimer = ({ settlement, provider, log, metrics, policy }: ClaimerOptions): Claimer => {
  let looked: number | undefined;
  /** Period of the last claim that failed. */
  let failed: Period | undefined;
  let busy = false;

  const submit = async (epochs: readonly number[], period: Period): Promise<void> => {
    try {
      const receipt = await settlement.submit({ kind: 'claim', provider, epochs });
      metrics.count('holdfast_claims_total', { outcome: 'mined' });
      log.info('rewards-claimed', { epochs, block: receipt.block, gasUsed: receipt.gasUsed, fee: showCoins(receipt.fee) });
    } catch (error) {
      metrics.count('holdfast_claims_total', { outcome: 'failed' });
      log.warn('claim-failed', { epochs, error });
      [looked, failed] = [undefined, period];
    } finally {
      busy = false;
    }
  };

  return {
    get busy() {
      return busy;
    },
    step: async ({ period }, gasPrice, signal) => {
      const { claimEpochs, gasFactor: factor } = policy;
      const epoch = epochOf(period, settlement.parameters.epochPeriods);
      if (busy || gasPrice === undefined || looked === epoch || failed === period) return;
      const past = claimableEpochs(epoch, claimEpochs);
      const owed = past.length === 0 ? [] : await settlement.agreed.rewards(provider, past, signal);
      looked = epoch;
      const rewards = past.map((each, index) => ({ epoch: each, reward: owed[index] ?? wei(0n) }));
      const epochs = decideClaim({ epoch, rewards, gasPrice, factor, claimEpochs });
      if (epochs.length === 0) return;
      busy = true;
      void submit(epochs, period);
    },
  };
};
