import { unredeemed } from '../../core/market/voucher.js';
import type { Deal } from '../../core/market/deal.js';
import { wei, type GasWei, type Period, type Wei } from '../../core/units.js';
import type { BatchItem } from '../../ports/settlement.js';
import type { ProviderEgress } from '../../ports/journal.js';

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
  /** Whether this provider is about to end the deal, or to post a revision that empties it: then anything is worth its gas. */
  readonly ending: boolean;
}

/** Token wei that redeeming the best voucher of a deal would pay now. */
export const redeemable = (deal: Deal, egress: ProviderEgress | undefined): Wei =>
  egress?.voucher === undefined || deal.status === 'closed' ? wei(0n) : unredeemed(deal, egress.voucher.amount);

/** Whether the period after the next may be too late: the deal ends or is emptied, its provider defaulted, or its signer was replaced. */
const isPressing = (deal: Deal, egress: ProviderEgress, period: Period): boolean =>
  period >= deal.end - 2 ||
  deal.leaves === 0 ||
  deal.defaulted !== undefined ||
  (egress.voucher !== undefined && egress.voucher.signer !== deal.signer);

/**
 * The redemption of a deal's best voucher, if it is due: once it brings `factor` times its gas; once it brings its gas and may soon
 * be too late; and in any case before the deal is emptied or closed by us.
 */
export const redeemOf = (
  { deal, egress }: { readonly deal: Deal; readonly egress?: ProviderEgress | undefined },
  { period, redemption, ending }: RedemptionFacts,
): Extract<BatchItem, { kind: 'redeem' }> | undefined => {
  const amount = redeemable(deal, egress);
  if (egress?.voucher === undefined || amount === 0n) return undefined;
  const pressing = isPressing(deal, egress, period);
  const worth = redemption === undefined ? pressing : amount >= redemption.cost * (pressing ? 1n : redemption.factor);
  if (!ending && !worth) return undefined;
  return { kind: 'redeem', deal: deal.id, amount: egress.voucher.amount, signature: egress.voucher.signature };
};
