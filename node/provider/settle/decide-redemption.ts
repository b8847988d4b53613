import { unredeemed } from '../../core/market/voucher.js';
import type { Deal } from '../../core/market/deal.js';
import { wei, type GasWei, type Period, type Wei } from '../../core/units.js';
import type { BatchItem } from '../../ports/settlement.js';
import type { ProviderEgress } from '../../ports/store.js';

/** Gas of one redemption in a batch, about. */
export const REDEEM_GAS = 120_000n;

/** When a redemption is worth its gas. */
export interface RedemptionTerms {
  /** Wei of coin that one redemption costs. */
  readonly cost: GasWei;
  /** Token wei that it must bring for each of them. */
  readonly factor: bigint;
}

export interface RedemptionFacts {
  readonly period: Period;
  readonly redemption?: RedemptionTerms | undefined;
  /** Whether this provider is about to close the deal. */
  readonly closing: boolean;
  /** Whether a revision without leaves is about to be posted: its renter may cancel at once. */
  readonly emptied: boolean;
}

/** Token wei that redeeming the best voucher of a deal would pay now. */
export const redeemable = (deal: Deal, egress: ProviderEgress | undefined, emptied = false): Wei => {
  if (egress?.voucher === undefined || deal.status === 'closed') return wei(0n);
  return unredeemed(emptied ? { ...deal, rate: wei(0n) } : deal, egress.voucher.amount);
};

/** Whether the next period may be too late: the deal ends, its provider defaulted, or its signer was replaced. */
const isPressing = (deal: Deal, egress: ProviderEgress, period: Period): boolean =>
  period >= deal.end - 2 || deal.defaulted !== undefined || (egress.voucher !== undefined && egress.voucher.signer !== deal.signer);

/**
 * The redemption of a deal's best voucher, if it is due: once it brings `factor` times its gas; once it brings its gas and may soon
 * be too late; and in any case before the deal is emptied or closed by us.
 */
export const redeemOf = (
  { deal, egress }: { readonly deal: Deal; readonly egress?: ProviderEgress | undefined },
  { period, redemption, closing, emptied }: RedemptionFacts,
): BatchItem | undefined => {
  const amount = redeemable(deal, egress, emptied);
  if (egress?.voucher === undefined || amount === 0n) return undefined;
  const pressing = isPressing(deal, egress, period);
  const least = redemption === undefined ? 0n : redemption.cost * (pressing ? 1n : redemption.factor);
  const worth = redemption === undefined ? pressing : amount >= least;
  if (!closing && !emptied && !worth) return undefined;
  return { kind: 'redeem', deal: deal.id, amount: egress.voucher.amount, signature: egress.voucher.signature };
};
