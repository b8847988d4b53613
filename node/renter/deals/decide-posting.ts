import type { MarketParameters, Revision, SignedRevision } from '../../core/market/deal.js';
import { offsetAt, periodAt } from '../../core/market/schedule.js';
import { period, type BlockNumber, type Period } from '../../core/units.js';
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

/** When it is: the period, and whether its window is over, in which a provider proves and then posts what it signed. */
export interface PostingMoment {
  readonly now: Period;
  readonly isWindowOver: boolean;
}

/** The moment of a block. */
export const momentAt = (
  block: BlockNumber,
  {
    genesisBlock,
    parameters,
  }: { readonly genesisBlock: BlockNumber; readonly parameters: Pick<MarketParameters, 'periodBlocks' | 'windowBlocks'> },
): PostingMoment => ({
  now: periodAt(block, genesisBlock, parameters.periodBlocks),
  isWindowOver: offsetAt(block, genesisBlock, parameters.periodBlocks) >= parameters.windowBlocks,
});

/**
 * Whether the provider let its turn pass: then we post. In the period after the one it is signed in, it has the window for that: with the block of
 * the proof it can post, and so could we, and would pay for what it was about to do.
 */
export const isLate = ({ validUntil }: Pick<Revision, 'validUntil'>, { now, isWindowOver }: PostingMoment): boolean =>
  (isWindowOver ? now : period(now - 1)) > validUntil - OWN_TURN;
