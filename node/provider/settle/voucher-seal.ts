import type { DealId, Wei } from '../../core/units.js';

/** Keeps vouchers from being accepted for a deal that this provider is about to end. */
export interface VoucherSeal {
  /**
   * Has no voucher of the deal accepted any more; false, and nothing changes, if there is a better one than `amount`, which is to be
   * redeemed first.
   */
  seal(deal: DealId, amount: Wei): Promise<boolean>;
  /** Has vouchers of the deal accepted again: it did not end. */
  unseal(deal: DealId): void;
}
