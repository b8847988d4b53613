import { slashOf } from '../../core/market/rent.js';
import { showTokens } from '../../core/amount-text.js';
import { wei, type Address, type DealId, type Wei } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';

/** What a lost sector costs, for an alarm. */
export interface LossCosts {
  /** Collateral of the deals that count on it: what giving them up costs. */
  readonly forfeiting: string;
  /** Slash and rent of each period that goes by without a proof: what waiting costs whenever an audit draws it. */
  readonly waiting: string;
}

/** Reads what giving `deals` up costs, and what a missed period does. */
export const readLossCosts = async (
  settlement: SettlementReader,
  provider: Address,
  deals: readonly DealId[],
  signal?: AbortSignal,
): Promise<LossCosts> => {
  const [sheet, tree] = await Promise.all([settlement.provider(provider, signal), settlement.treeOf(provider, signal)]);
  const { parameters } = settlement;
  const ours = new Set(deals);
  const sum = (amounts: readonly bigint[]): Wei => wei(amounts.reduce((all, each) => all + each, 0n));
  const { burnt, bounty, compensation } = slashOf(sheet?.total ?? (0n as never), parameters);
  const collateral = sum(tree.filter(({ id }) => ours.has(id)).map(({ weight }) => weight * parameters.unit));
  const missed = sum([burnt, bounty, compensation, ...tree.map(({ rate }) => rate)]);
  return {
    forfeiting: `${showTokens(collateral)} of collateral, if the deals are given up`,
    waiting: `${showTokens(missed)} of stake and rent, for each period whose proof draws it`,
  };
};
