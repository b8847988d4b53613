import { showCoins } from '../../core/amount-text.js';
import { gasWei, type GasWei } from '../../core/units.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Receipt, Settlement } from '../../ports/settlement.js';
import type { ProviderPolicy } from '../policy.js';
import { decideCoin } from './decide-coin.js';
import type { Troubles } from './troubles.js';

/** The coin that gas is paid with: what it costs, and whether it lasts. */
export interface Purse {
  /** What a unit of gas cost in our newest transaction. */
  readonly gasPrice: GasWei | undefined;
  /** Takes note of what a proof or a batch cost. */
  onFee(receipt: Receipt): void;
  /** Alarms `coin-low` and `coin-gone`, with address and amount. */
  step(signal: AbortSignal): Promise<void>;
}

export interface PurseOptions {
  readonly settlement: Settlement;
  readonly metrics: Metrics;
  readonly troubles: Troubles;
  readonly policy: Pick<ProviderPolicy, 'coinPeriods'>;
}

/** Gas of a period until more was seen: a proof of five samples and a batch of as much. */
export const PERIOD_GAS = 1_000_000n;

export const createPurse = ({ settlement, metrics, troubles, policy }: PurseOptions): Purse => {
  let gasPrice: GasWei | undefined;
  /** The most that one of our transactions used. */
  let dearest = 0n;
  return {
    get gasPrice() {
      return gasPrice;
    },
    onFee: ({ fee, gasUsed }) => {
      if (gasUsed === 0n) return;
      gasPrice = gasWei(fee / gasUsed);
      if (gasUsed > dearest) dearest = gasUsed;
    },
    step: async (signal) => {
      const { account } = settlement;
      const [{ coin }, feeCap] = await Promise.all([settlement.balances(account, signal), settlement.feeCap(signal)]);
      metrics.set('holdfast_coin', Number(coin) / 1e18);
      const gas = 2n * dearest > PERIOD_GAS ? 2n * dearest : PERIOD_GAS;
      const trouble = decideCoin({ coin, gas, feeCap, periods: policy.coinPeriods });
      if (trouble === undefined) return troubles.tell('coin', undefined);
      const { level, left, send } = trouble;
      const facts = { account, coin: showCoins(coin), periods: left, period: showCoins(gas * feeCap), send: showCoins(send) };
      troubles.tell('coin', { event: `coin-${level}`, facts });
    },
  };
};
