import type { Revision, SignedRevision } from '../../core/market/deal.js';
import type { Period } from '../../core/units.js';
import type { KnownDeal } from './deal-book.js';

/** The newest signed revision, if the chain does not hold it and could still take it. */
export const unposted = ({ deal, record }: Pick<KnownDeal, 'deal' | 'record'>, now: Period): SignedRevision | undefined => {
  const { current } = record;
  return current && current.revision.number > deal.number && current.revision.validUntil >= now ? current : undefined;
};

/**
 * Whether the chain would take a revision of the deal from us now (R4): a deal may grow only once its provider has proven the present period,
 * or has nothing to prove.
 */
export const isPostable = ({ deal, sheet }: Pick<KnownDeal, 'deal' | 'sheet'>, { revision }: SignedRevision, now: Period): boolean => {
  if (sheet.frozen || deal.challenged || deal.defaulted !== undefined || deal.status === 'closed') return false;
  if (revision.number <= deal.number || revision.validUntil < now || now >= deal.end) return false;
  return sheet.total === 0n || sheet.lastProven >= now || revision.leaves <= deal.leaves;
};

/** Periods after the one it is signed in that a revision can be posted in (R12): until it has one less, its provider has not had its turn. */
const OWN_TURN = 2;

/** Whether the provider let the period pass in which it signed: then we post. */
export const isLate = ({ validUntil }: Pick<Revision, 'validUntil'>, now: Period): boolean => now > validUntil - OWN_TURN;
