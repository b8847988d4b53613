import type { TransactionReceipt } from 'ethers';
import type { Address, BlockNumber } from '../../core/units.js';
import type { Call } from './signing.js';

export interface TransactionRequest extends Call {
  /** What it does, for people: shown in errors and logs. */
  readonly action: string;
  readonly priority?: 'audit' | 'normal';
  readonly deadline?: BlockNumber;
  readonly signal?: AbortSignal;
}

/** Sends transactions of one account: each once, in order, audits first. */
export interface TransactionQueue {
  readonly account: Address;
  /**
   * Resolves with the receipt once mined and confirmed. A rejection before it was sent leaves nothing behind. When `signal`
   * aborts while it is on its way, only the wait ends: it may still be mined.
   */
  submit(request: TransactionRequest): Promise<TransactionReceipt>;
  close(): Promise<void>;
}
