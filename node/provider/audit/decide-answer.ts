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
  readonly policy: Pick<ProviderPolicy, 'proofDelay' | 'answersInHand'>;
}

/** An answer to be sent now. `deadline` is the block after which it is given up; `replace`: the one in hand answers another draw. */
export interface AnswerDecision extends ChallengedDeal {
  readonly seededHash: Hash;
  readonly deadline: BlockNumber;
  readonly replace: boolean;
}

/**
 * Which challenges to answer now (R8), those that expire first at the head, within what may be on its way at once. One whose
 * window has passed is answered all the same: until somebody makes it expire, that saves the collateral.
 */
export const decideAnswers = (snapshot: AnswerSnapshot): AnswerDecision[] => {
  const { block, challenged, hashes, inHand, impossible, windowBlocks, policy } = snapshot;
  const isLast = ({ deal }: ChallengedDeal): number => Number(impossible.has(deal.id));
  const inOrder = challenged.toSorted((a, b) => isLast(a) - isLast(b) || a.span.expires - b.span.expires);
  const due = inOrder.flatMap((each): AnswerDecision[] => {
    const { seeded, expires } = each.span;
    const seededHash = hashes.get(seeded);
    if (seededHash === undefined || block < seeded + policy.proofDelay) return [];
    const sent = inHand.get(each.deal.id);
    if (sent?.seeded === seeded && sent.seededHash === seededHash) return [];
    const deadline = block < expires ? expires : blockNumber(block + windowBlocks);
    return [{ ...each, seededHash, deadline, replace: sent !== undefined }];
  });
  const replaced = due.filter(({ replace }) => replace);
  const room = Math.max(0, policy.answersInHand - inHand.size);
  return [...replaced, ...due.filter(({ replace }) => !replace).slice(0, room)];
};

/** Whether half of the window is over and the challenge is still open: the collateral is at stake unless somebody acts. */
export const answerIsLate = ({ span }: Pick<ChallengedDeal, 'span'>, block: BlockNumber): boolean =>
  (block - span.seeded) * 2 >= span.expires - span.seeded;
