import type { DealId } from '../core/units.js';

/** Key of tasks that sign revisions or forget them: one at a time. Taken before the key of a root or of a deal's reads, never after. */
export const JOURNAL_LOCK = 'journal';

/** Key of tasks that count on the vouchers of `deal`: what is signed takes nothing from a voucher that is being accepted. */
export const egressLock = (deal: DealId): string => `egress ${deal}`;
