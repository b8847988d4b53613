import { gasWei, type GasWei } from '../../core/units.js';

export interface CoinSnapshot {
  /** What the operator has of the chain's coin. */
  readonly coin: GasWei;
  /** Gas of a period: its proof, and a batch. */
  readonly gas: bigint;
  /** The most that a unit of gas costs now. */
  readonly feeCap: GasWei;
  /** Fewest periods that the coin is to last for. */
  readonly periods: number;
}

/** Too little coin: `gone` where it does not pay for one period more. */
export interface CoinTrouble {
  readonly level: 'low' | 'gone';
  /** Periods that it pays for. */
  readonly left: number;
  /** What makes it last twice as long as it has to. */
  readonly send: GasWei;
}

/** Whether the coin lasts long enough, at what gas costs now. */
export const decideCoin = ({ coin, gas, feeCap, periods }: CoinSnapshot): CoinTrouble | undefined => {
  const cost = gas * feeCap;
  if (coin >= cost * BigInt(periods)) return undefined;
  const left = Number(coin / cost);
  return { level: left === 0 ? 'gone' : 'low', left, send: gasWei(cost * BigInt(2 * periods) - coin) };
};
