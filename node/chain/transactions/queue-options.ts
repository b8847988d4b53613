import { MAX_TRANSACTION_GAS } from '../../core/market/capacity.js';
import type { Hex } from '../../core/units.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Log } from '../../ports/world.js';
import type { Rpc } from '../rpc/rpc.js';

export interface TransactionQueueOptions {
  readonly rpc: Rpc;
  /** Private key of the account, 32 bytes as hex. */
  readonly signerKey: Hex;
  /** Folder of the signed transactions that are not mined yet; one process at a time. */
  readonly directory: string;
  /** Blocks from the one that holds a transaction, itself included, until it counts. Default 1. */
  readonly confirmations?: number;
  /** Blocks without being mined after which a transaction offers more. Default 4. */
  readonly stuckBlocks?: number;
  /** Gas that is added to an estimate: percent of it, and a constant for a period's begin in between. Default 25 and 100,000. */
  readonly gasMarginPercent?: number;
  readonly gasMargin?: number;
  /** Most gas of one transaction (R14). Default {@link MAX_TRANSACTION_GAS}. */
  readonly maxTransactionGas?: number;
  /** Most that a unit of gas may cost, wei of the chain's coin. Default 500 gwei. */
  readonly maxFeePerGas?: bigint;
  /** Sign with one gas price, also where blocks have a base fee. Default false. */
  readonly legacyGas?: boolean;
  /** Most transactions that wait, audits and others each. Default 64. */
  readonly maxWaiting?: number;
  /**
   * Blocks in which a transaction that was finished with nobody waiting, as after a crash, answers the same one asked for again: a
   * command that is given once more finishes the first. Default 7,200, a day of Ethereum.
   */
  readonly claimBlocks?: number;
  /** How many transactions with an intention are kept after they are mined, to answer the same intention. Default 256. */
  readonly keptIntentions?: number;
  /** Longest that `close` waits for the transaction in hand, milliseconds. Default 8,000. */
  readonly closeMilliseconds?: number;
  readonly log?: Log;
  /** Default: nobody counts. */
  readonly metrics?: Metrics;
}

type Limit = 'gasMarginPercent' | 'gasMargin' | 'maxTransactionGas' | 'maxWaiting' | 'claimBlocks' | 'keptIntentions' | 'closeMilliseconds';
export type QueueLimits = Required<Pick<TransactionQueueOptions, Limit>>;

export const limitsOf = (options: TransactionQueueOptions): QueueLimits => {
  const { gasMarginPercent = 25, gasMargin = 100_000, maxTransactionGas = MAX_TRANSACTION_GAS } = options;
  const { maxWaiting = 64, claimBlocks = 7_200, keptIntentions = 256, closeMilliseconds = 8_000 } = options;
  return { gasMarginPercent, gasMargin, maxTransactionGas, maxWaiting, claimBlocks, keptIntentions, closeMilliseconds };
};
