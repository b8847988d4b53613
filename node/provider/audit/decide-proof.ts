import type { MarketParameters, ProviderSheet } from '../../core/market/deal.js';
import { blockNumber, type BlockNumber, type Hash, type Period } from '../../core/units.js';
import type { ProviderPolicy } from '../policy.js';

export interface ProofSnapshot {
  readonly period: Period;
  /** Blocks since the first of the period. */
  readonly offset: number;
  /** First block of the period, and its hash, from which the draw is made. */
  readonly firstBlock: BlockNumber;
  readonly firstBlockHash: Hash;
  readonly sheet: Pick<ProviderSheet, 'total' | 'lastProven'>;
  readonly parameters: Pick<MarketParameters, 'windowBlocks'>;
  readonly policy: Pick<ProviderPolicy, 'proofDelay'>;
  /** The proof that was sent and is not mined yet. */
  readonly inHand: { readonly period: Period; readonly firstBlockHash: Hash } | undefined;
}

export type ProofDecision =
  | { readonly kind: 'none' }
  /** `deadline` is the last block in which it counts. `replace`: the one in hand answers another draw. */
  | { readonly kind: 'prove'; readonly period: Period; readonly deadline: BlockNumber; readonly replace: boolean };

const due = ({ sheet, period }: Pick<ProofSnapshot, 'sheet' | 'period'>): boolean => sheet.total > 0n && sheet.lastProven !== period;

/** Whether a proof of the current period is to be sent now (R3). */
export const decideProof = (snapshot: ProofSnapshot): ProofDecision => {
  const { period, offset, firstBlock, firstBlockHash, parameters, policy, inHand } = snapshot;
  const last = parameters.windowBlocks - 1;
  // A transaction sent now is mined in the next block at the earliest.
  const open = offset >= policy.proofDelay && offset < last;
  if (!due(snapshot) || !open) return { kind: 'none' };
  const waits = inHand?.period === period;
  if (waits && inHand.firstBlockHash === firstBlockHash) return { kind: 'none' };
  return { kind: 'prove', period, deadline: blockNumber(firstBlock + last), replace: waits };
};

/** Whether half of the window is over and the period is still not proven: money is at stake unless somebody acts. */
export const proofIsLate = (snapshot: Pick<ProofSnapshot, 'sheet' | 'period' | 'offset' | 'parameters'>): boolean =>
  due(snapshot) && snapshot.offset * 2 >= snapshot.parameters.windowBlocks;
