import type { TransactionReceipt } from 'ethers';
import type { Address, BlockNumber } from '../../core/units.js';
import type { Call } from './signing.js';

export interface TransactionRequest extends Call {
  /** What it does, for people: shown in errors and logs. */
  readonly action: string;
  readonly priority?: 'audit' | 'normal';
  readonly deadline?: BlockNumber;
  /**
   * Id of what is wanted, at most 256 characters: asked for again, by this process or a later one, it joins the first on its way or is
   * answered with its receipt, and is never sent twice. INTENTION_CHANGED if that did something else.
   */
  readonly intention?: string;
  /** Whether it does no harm twice, and may be wanted again: then one that is mined answers nobody but who waited for it. */
  readonly repeatable?: boolean;
  readonly signal?: AbortSignal;
  /** Called once a node has taken it, or may have. */
  readonly onSent?: () => void;
}

/** Sends transactions of one account: each once, in order, audits first. */
export interface TransactionQueue {
  readonly account: Address;
  /**
   * Resolves with the receipt once mined and confirmed. A rejection before it was sent leaves nothing behind. When `signal`
   * aborts, or the RPCs disagree, while it is on its way, only the wait ends: it may still be mined, and the same call asked for
   * again is answered with it.
   */
  submit(request: TransactionRequest): Promise<TransactionReceipt>;
  /** Transactions of the account, mined since the queue was opened, that somebody else signed with its key. */
  foreign(signal?: AbortSignal): Promise<number>;
  close(): Promise<void>;
}
