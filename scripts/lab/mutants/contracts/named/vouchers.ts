import type { NamedMutant } from '../named.js';

const ENDINGS = 'contracts/market/verbs/Endings.sol';
const PAYMENTS = 'contracts/market/verbs/Payments.sol';
const RENTER_VERBS = 'contracts/market/RenterVerbs.sol';
const REVISIONS = 'contracts/market/verbs/Revisions.sol';

/** What would void a voucher that a provider accepted, take more by one than the renter allowed, or keep an emptied deal for ever. */
export const voidedVouchers: readonly NamedMutant[] = [
  {
    against: 'voucher voided by cancel',
    breaks: 'a deal that was emptied is cancelled at once',
    path: ENDINGS,
    anchor: '    _requireTimeToRedeem(deal);\n    emit DealCancelled',
    replacement: '    emit DealCancelled',
  },
  {
    against: 'voucher voided by close',
    breaks: 'a deal that was emptied is closed at once',
    path: ENDINGS,
    anchor: '    _requireTimeToRedeem(deal);\n    if (period <= deal.end)',
    replacement: '    if (period <= deal.end)',
  },
  {
    against: 'voucher voided by close',
    breaks: 'the rest of a period is time enough to redeem',
    path: ENDINGS,
    anchor: 'require(period >= emptiedIn + 2,',
    replacement: 'require(period >= emptiedIn + 1,',
  },
  {
    against: 'voucher voided by close',
    breaks: 'anyone closes in the last paid period',
    path: ENDINGS,
    anchor: 'if (period <= deal.end) _requireProvider(id, deal);',
    replacement: 'if (period == deal.end) _requireProvider(id, deal);',
  },
  {
    against: 'voucher voided by close',
    breaks: 'anyone closes in the period after the last paid one',
    path: ENDINGS,
    anchor: 'if (period <= deal.end) _requireProvider(id, deal);',
    replacement: 'if (period < deal.end) _requireProvider(id, deal);',
  },
  {
    against: 'INV-15',
    breaks: 'only the provider ever closes',
    path: ENDINGS,
    anchor: 'if (period <= deal.end) _requireProvider(id, deal);',
    replacement: '_requireProvider(id, deal);',
  },
  {
    against: 'INV-15',
    breaks: 'every further empty revision restarts the clock',
    path: REVISIONS,
    anchor: 'if (weight != 0 || deal.weight != 0) deal.settledThrough',
    replacement: 'deal.settledThrough',
  },
  {
    against: 'INV-15',
    breaks: 'who never stored waits as well',
    path: ENDINGS,
    anchor: 'if (deal.leaves != 0 || emptiedIn == 0) return;',
    replacement: 'if (deal.leaves != 0) return;',
  },
  {
    against: 'INV-18',
    breaks: 'after a default rent that nobody gets is kept from vouchers',
    path: PAYMENTS,
    anchor: '_isPast(deal, account) ? 0 : Rent.reserved',
    replacement: 'Rent.reserved',
  },
  {
    against: 'stolen signer that redeems the rent',
    breaks: 'vouchers have no bound',
    path: PAYMENTS,
    anchor: 'Math.min(Math.saturatingSub(deal.escrow, reserved), deal.maxEgress - redeemed)',
    replacement: 'Math.saturatingSub(deal.escrow, reserved)',
  },
  {
    against: 'stolen signer that redeems the rent',
    breaks: 'every redemption may take as much as all together',
    path: PAYMENTS,
    anchor: 'deal.maxEgress - redeemed)',
    replacement: 'deal.maxEgress)',
  },
  {
    against: 'stolen signer that redeems the rent',
    breaks: 'the signer raises the bounds',
    path: RENTER_VERBS,
    anchor: '    _requireRenter(id, deal);\n    _within("maxEnd"',
    replacement: '    if (msg.sender != deal.signer) _requireRenter(id, deal);\n    _within("maxEnd"',
  },
  {
    against: 'INV-18',
    breaks: 'the renter lowers the bound of vouchers that it has promised',
    path: RENTER_VERBS,
    anchor: '    _within("maxEgress", maxEgress, deal.maxEgress, type(uint96).max);\n',
    replacement: '',
  },
  {
    against: 'INV-18',
    breaks: "a second change of the signer voids the first one's vouchers",
    path: RENTER_VERBS,
    anchor: '    require(since == 0 || period >= since + 2, SignerChangeTooSoon(since, since + 2));\n',
    replacement: '',
  },
  {
    against: 'INV-18',
    breaks: "the old signer's vouchers end with the period of the change",
    path: PAYMENTS,
    anchor: 'currentPeriod() <= since + 1',
    replacement: 'currentPeriod() <= since',
  },
];
