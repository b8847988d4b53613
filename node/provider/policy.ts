import { answersByGas, MAX_SAMPLE_BYTES } from '../core/market/capacity.js';
import { leaves, type Leaves } from '../core/units.js';

/** What a provider's operator decides. Every limit of the daemon is here. */
export interface ProviderPolicy {
  /** Leaves that all deals together may fill. */
  readonly capacity: Leaves;
  /** Most deals with data. Fewer, where a window is too short to answer for all of them within a quarter of it (R8). */
  readonly maxDeals: number;
  /** Smallest revision with data that is co-signed, leaves: a dust deal is dear to lose. */
  readonly minLeaves: Leaves;
  /** Most leaves of one deal that wait, received, for a revision to name them. */
  readonly maxPendingLeaves: Leaves;
  /** Most co-signed revisions of one deal that are not yet final on chain. */
  readonly maxUnposted: number;
  /** Milliseconds after which a sector that no revision names is dropped. */
  readonly pendingTtl: number;
  /** Blocks after which what the chain says is final, and bytes may be deleted on it. */
  readonly confirmations: number;
  /** Blocks after the first of a period before its proof is sent, so that a small reorganization does not change the draw. */
  readonly proofDelay: number;
  /** Most transactions with answers to challenges on their way at once: the next proof waits for those that were sent before it. */
  readonly answersInHand: number;
  /** Most answers in one transaction, within the most gas that it may use (R14). */
  readonly answerItems: number;
  /** Most bytes of samples in one transaction: many nodes pass on none of more than 128 KiB. */
  readonly answerBytes: number;
  /** Milliseconds after which answers that are made are sent without waiting for more of them. */
  readonly answerWait: number;
  /** Blocks before the end of a period in which no batch is sent any more: in the next period it would be refused. */
  readonly endMargin: number;
  /** Most items of one batch: with the gas of each they must stay under the most that one transaction may use (R14). */
  readonly batchItems: number;
  /** Periods of unsettled rent after which a deal is settled without another reason. */
  readonly settleEvery: number;
  /** Bytes of a deal with an egress price that are served before a voucher covers them; also what a crash may give away. */
  readonly egressCredit: number;
  /**
   * Token wei, for each wei of coin that its gas costs, that a voucher or a reward must bring to be redeemed or claimed without
   * another reason.
   */
  readonly gasFactor: bigint;
  /** Past epochs whose rewards are looked at. */
  readonly claimEpochs: number;
  /** Periods whose gas the operator's coin has to pay for, or an alarm goes off. */
  readonly coinPeriods: number;
  /** Blocks between two comparisons of the journal with the chain. */
  readonly reconcileEvery: number;
  /** Milliseconds for which a checked authorization counts without asking the chain again. */
  readonly authorizationTtl: number;
  /** Periods for which whoever held a deal when an RPC last answered goes on reading while none does, at most to the deal's end. */
  readonly outagePeriods: number;
  /** Milliseconds for which the first of these reads waits for an RPC. */
  readonly outagePatience: number;
  /** Most bytes that parts of sectors take in memory, with all that hangs on them, to answer reads. */
  readonly cacheBytes: number;
  /** Bytes that the scrub reads in a second, at least. */
  readonly scrubBytesPerSecond: number;
  /** Days in which it reads every byte once, however many there are. */
  readonly scrubDays: number;
  /** Milliseconds between two scrubs, and between two rounds of tending the store. */
  readonly scrubPause: number;
  /** Milliseconds between two parts of such a round. */
  readonly tendPause: number;
}

const HOUR = 3_600_000;

/** What holds unless the operator says otherwise; only the capacity has no default. */
export const defaultPolicy: Omit<ProviderPolicy, 'capacity'> = {
  maxDeals: Number.MAX_SAFE_INTEGER,
  minLeaves: leaves(1),
  maxPendingLeaves: leaves(1 << 25),
  maxUnposted: 16,
  pendingTtl: 6 * HOUR,
  confirmations: 64,
  proofDelay: 2,
  answersInHand: 2,
  answerItems: answersByGas(),
  answerBytes: MAX_SAMPLE_BYTES,
  answerWait: 1_000,
  endMargin: 2,
  batchItems: 12,
  settleEvery: 30,
  egressCredit: 1 << 20,
  gasFactor: 10n,
  claimEpochs: 12,
  coinPeriods: 14,
  reconcileEvery: 8,
  authorizationTtl: 2_000,
  outagePeriods: 3,
  outagePatience: 2_000,
  cacheBytes: 32 << 20,
  scrubBytesPerSecond: 1 << 20,
  scrubDays: 30,
  scrubPause: HOUR,
  tendPause: 250,
};
