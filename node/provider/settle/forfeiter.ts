import type { Deal } from '../../core/market/deal.js';
import { wei, type BlockNumber, type DealId } from '../../core/units.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Receipt, Settlement, SubmitOptions } from '../../ports/settlement.js';
import type { ProviderEgress, ProviderJournal } from '../../ports/journal.js';
import type { Log } from '../../ports/world.js';
import type { ProviderPolicy } from '../policy.js';
import { decideForfeits, isSigned, unsignedDeals } from './decide-forfeits.js';
import { redeemable } from './decide-redemption.js';
import type { DealView } from './decide-settlement.js';
import type { VoucherSeal } from './voucher-seal.js';

/** Gives up deals that somebody else signed for with the operator's key (R7). */
export interface Forfeiter {
  /** Sends what is due as of `block`, while the provider is not frozen, and resolves without waiting until it is mined. */
  step(views: readonly DealView[], block: BlockNumber): void;
  /** Gives a deal up: first its vouchers are redeemed, which are void afterwards. */
  giveUp(deal: DealId, options?: SubmitOptions): Promise<Receipt>;
}

export interface ForfeiterOptions {
  readonly settlement: Settlement;
  readonly journal: Pick<ProviderJournal, 'deal' | 'egress'>;
  /** Told before a deal is given up. */
  readonly seals: VoucherSeal;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: Pick<ProviderPolicy, 'confirmations'>;
}

export const createForfeiter = ({ settlement, journal, seals, log, metrics, policy }: ForfeiterOptions): Forfeiter => {
  /** Unsigned when this daemon began, as told by an RPC that has caught up: left to the operator. */
  const before = new Set<DealId>();
  let began: BlockNumber | undefined;
  const inHand = new Set<DealId>();

  /** Asked again, the chain first: what it holds of ours was in the journal before. */
  const isStillUnsigned = async (id: DealId): Promise<boolean> => {
    const deal = await settlement.agreed.deal(id);
    return deal?.status === 'active' && !isSigned(deal, await journal.deal(id));
  };

  const redeem = async (id: DealId, { voucher }: ProviderEgress, options: SubmitOptions): Promise<void> => {
    if (voucher === undefined) return;
    const { amount, signature } = voucher;
    const { failed } = await settlement.submit({ kind: 'batch', items: [{ kind: 'redeem', deal: id, amount, signature }] }, options);
    for (const { error } of failed) log.warn('item-refused', { item: `redeem ${id} ${amount}`, error });
  };

  const giveUp = async (id: DealId, options: SubmitOptions = {}): Promise<Receipt> => {
    let egress = await journal.egress(id);
    while (!(await seals.seal(id, egress?.voucher?.amount ?? wei(0n)))) egress = await journal.egress(id);
    try {
      const deal = egress && (await settlement.agreed.deal(id, options.signal));
      if (deal !== undefined && redeemable(deal, egress) > 0n) await redeem(id, egress as ProviderEgress, options);
      return await settlement.submit({ kind: 'forfeit', deal: id }, options);
    } catch (error) {
      seals.unseal(id);
      throw error;
    }
  };

  const forfeit = async ({ id, number, weight }: Deal): Promise<void> => {
    try {
      if (!(await isStillUnsigned(id))) return;
      log.alarm('deal-unsigned', { deal: id, number, collateral: weight * settlement.parameters.unit });
      const receipt = await giveUp(id, { priority: 'audit' });
      metrics.count('holdfast_forfeits_total', { outcome: 'mined' });
      log.warn('deal-forfeited', { deal: id, block: receipt.block });
    } catch (error) {
      metrics.count('holdfast_forfeits_total', { outcome: 'failed' });
      log.warn('forfeit-failed', { deal: id, error });
    } finally {
      inHand.delete(id);
    }
  };

  return {
    giveUp,
    step: (views, block) => {
      began ??= block;
      if (block < began + policy.confirmations) for (const { id } of unsignedDeals(views)) before.add(id);
      for (const deal of decideForfeits(views, before)) {
        if (inHand.has(deal.id)) continue;
        inHand.add(deal.id);
        void forfeit(deal);
      }
    },
  };
};
