import { wei } from '../../../../../node/core/units.js';

/** A token, in wei. */
export const TOKEN = 10n ** 18n;
/** Token wei per GiB-period: a hundred leaves lock some units. */
export const PRICE = wei(100n * TOKEN);
/** Token wei per GiB read: a voucher for a few leaves is worth its gas many times. */
export const EGRESS_PRICE = wei(1_000_000n * TOKEN);
/** Token wei that a renter puts into a deal. */
export const ESCROW = wei(15n * TOKEN);
export const STAKE = wei(1_000n * TOKEN);
/** Of homes that nobody else sees. */
export const PASSWORD = 'chaos';
