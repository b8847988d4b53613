import type { Challenge, Deal, MarketParameters } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { answerSpan } from '../../core/market/schedule.js';
import type { BlockNumber, Period } from '../../core/units.js';

/** Why the contract would refuse a challenge of `deal` in period `now` (R8): its own errors, in its own order; undefined if it would not. */
export const checkChallenge = (deal: Deal, now: Period): HoldfastError | undefined => {
  if (deal.status === 'closed') return new HoldfastError('DEAL_IS_CLOSED', { deal: deal.id });
  if (deal.defaulted !== undefined) return new HoldfastError('DEAL_DEFAULTED', { deal: deal.id });
  if (deal.leaves === 0) return new HoldfastError('DEAL_IS_EMPTY', { deal: deal.id });
  if (deal.challenged) return new HoldfastError('DEAL_CHALLENGED', { deal: deal.id });
  if (now + 2 > deal.end) return new HoldfastError('TOO_LATE_TO_CHALLENGE', { period: BigInt(now), end: BigInt(deal.end) });
  return undefined;
};

/** What an open challenge calls for: waiting for an answer, making it expire, or nothing, since it has ended. */
export type ChallengeStep = 'wait' | 'expire' | 'ended';

export interface ChallengeSnapshot {
  readonly block: BlockNumber;
  readonly deal: Pick<Deal, 'defaulted'>;
  /** Undefined once it has ended. */
  readonly challenge: Pick<Challenge, 'period'> | undefined;
  /** Whether the provider is frozen (R2): then it cannot expire yet. */
  readonly frozen: boolean;
  readonly genesis: BlockNumber;
  readonly parameters: Pick<MarketParameters, 'periodBlocks' | 'windowBlocks'>;
}

/** Pure: what to do about a challenge now. After a default, expiring is closing: the collateral waits. */
export const decideChallenge = ({ block, deal, challenge, frozen, genesis, parameters }: ChallengeSnapshot): ChallengeStep => {
  if (challenge === undefined) return 'ended';
  if (deal.defaulted !== undefined) return 'expire';
  // Not a block earlier, though the next block would do: nodes estimate against the newest one.
  return !frozen && block >= answerSpan(challenge.period, genesis, parameters).expires ? 'expire' : 'wait';
};
