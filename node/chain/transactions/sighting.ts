import type { TransactionReceipt } from 'ethers';
import type { HoldfastError } from '../../core/errors/holdfast-error.js';

/** Where a flight is. */
export type Sighting =
  /** Its nonce is not used; `used` transactions of the account are mined. */
  | { readonly kind: 'absent'; readonly used: number }
  /** Its nonce is used, and by what counts only a few blocks later, or once several RPCs tell of it. */
  | { readonly kind: 'shallow' }
  | { readonly kind: 'mined' | 'cancelled'; readonly receipt: TransactionReceipt }
  /** Another transaction of the account was mined under its nonce. */
  | { readonly kind: 'foreign'; readonly hash: string }
  /** Its nonce is used, and nobody shows by which transaction. */
  | { readonly kind: 'used' }
  /** Several RPCs do not come to agree. */
  | { readonly kind: 'disputed'; readonly error: HoldfastError };

/** What several RPCs make of a sighting that one told of; undefined while they are asked. */
export interface SecondLook {
  readonly of: Sighting['kind'];
  /** Head when they were asked. */
  readonly head: number;
  outcome?: Sighting;
}
