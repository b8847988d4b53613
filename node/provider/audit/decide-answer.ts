import type { Challenge, Deal } from '../../core/market/deal.js';
import type { AnswerSpan } from '../../core/market/schedule.js';
import { blockNumber, type BlockNumber, type DealId, type Hash } from '../../core/units.js';
import type { ProviderPolicy } from '../policy.js';

/** A deal whose renter wants it proven. */
export interface ChallengedDeal {
  readonly deal: Deal;
  readonly challenge: Challenge;
  readonly span: AnswerSpan;
}

/** An answer that was sent and is not mined yet, and the draw that it answers. */
export interface AnswerInHand {
  readonly seeded: BlockNumber;
  readonly seededHash: Hash;
}

export interface AnswerSnapshot {
  /** Newest block. */
  readonly block: BlockNumber;
  readonly challenged: readonly ChallengedDeal[];
  /** Hashes that the current chain has for the blocks which draw the samples. */
  readonly hashes: ReadonlyMap<BlockNumber, Hash>;
  readonly inHand: ReadonlyMap<DealId, AnswerInHand>;
  /** Deals whose answer could not be made the last time: tried again after the others. */
  readonly impossible: ReadonlySet<DealId>;
  readonly windowBlocks: number;
  readonly policy: Pick<ProviderPolicy, 'proofDelay'>;
}

/** An answer to be sent now. `deadline` is the block after which it is given up. */
export interface AnswerDecision extends ChallengedDeal {
  readonly seededHash: Hash;
  readonly deadline: BlockNumber;
}

/** Answers on their way to a draw that the chain no longer makes: they and what travels with them are to be given up. */
export const decideWithdrawals = ({ challenged, hashes, inHand }: Pick<AnswerSnapshot, 'challenged' | 'hashes' | 'inHand'>): DealId[] =>
  challenged.flatMap(({ deal, span: { seeded } }) => {
    const sent = inHand.get(deal.id);
    const hash = hashes.get(seeded);
    const answers = sent === undefined || hash === undefined || (sent.seeded === seeded && sent.seededHash === hash);
    return answers ? [] : [deal.id];
  });

/**
 * Which challenges to answer now (R8), those with the most collateral first: whoever floods a provider must not choose which deals it
 * is too late for. One whose window has passed is answered all the same: until somebody makes it expire, that saves the collateral.
 */
export const decideAnswers = (snapshot: AnswerSnapshot): AnswerDecision[] => {
  const { block, challenged, hashes, inHand, impossible, windowBlocks, policy } = snapshot;
  const isLast = ({ deal }: ChallengedDeal): number => Number(impossible.has(deal.id));
  const byCollateral = (a: ChallengedDeal, b: ChallengedDeal): number => {
    if (a.deal.weight !== b.deal.weight) return a.deal.weight > b.deal.weight ? -1 : 1;
    return a.span.expires - b.span.expires;
  };
  const inOrder = challenged.toSorted((a, b) => isLast(a) - isLast(b) || byCollateral(a, b));
  return inOrder.flatMap((each): AnswerDecision[] => {
    const { seeded, expires } = each.span;
    const seededHash = hashes.get(seeded);
    if (seededHash === undefined || block < seeded + policy.proofDelay || inHand.has(each.deal.id)) return [];
    const deadline = block < expires ? expires : blockNumber(block + windowBlocks);
    return [{ ...each, seededHash, deadline }];
  });
};

/** Whether half of the window is over and the challenge is still open: the collateral is at stake unless somebody acts. */
export const answerIsLate = ({ span }: Pick<ChallengedDeal, 'span'>, block: BlockNumber): boolean =>
  (block - span.seeded) * 2 >= span.expires - span.seeded;
