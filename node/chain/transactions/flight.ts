import { Transaction as Signed } from 'ethers';
import { address, type Hex } from '../../core/units.js';
import type { TransactionRecord } from './journal.js';
import type { Call } from './signing.js';

/** One nonce of the account and the transactions signed for it, of which at most one can ever be mined. */
export interface Flight {
  readonly record: TransactionRecord;
  readonly nonce: number;
}

/** Most attempts at one nonce; the last one stays. */
export const MOST_ATTEMPTS = 64;

export const attemptOf = (raw: string): Signed => Signed.from(raw);

/** The attempt that was signed last. */
export const lastAttempt = ({ record }: Flight): TransactionRecord['attempts'][number] => {
  const last = record.attempts.at(-1);
  if (last === undefined) throw new RangeError('a flight has an attempt');
  return last;
};

export const flightOf = (record: TransactionRecord): Flight => ({ record, nonce: attemptOf(record.attempts[0]?.raw ?? '0x').nonce });

/** What the flight is to do on chain. */
export const callOf = ({ record }: Flight): Call => {
  const { to, data, value } = attemptOf(record.attempts[0]?.raw ?? '0x');
  return { to: address(to ?? ''), data: data as Hex, value };
};

/** Hashes of all attempts, the newest first, each with whether it cancels. */
export const attemptHashes = ({ record }: Flight): { readonly hash: string; readonly cancels: boolean }[] =>
  record.attempts.toReversed().map(({ raw, cancels }) => ({ hash: attemptOf(raw).hash ?? '', cancels }));

/** The most that the last attempt can cost, wei of the chain's coin. */
export const lastCost = (flight: Flight): bigint => {
  const { gasLimit, maxFeePerGas, gasPrice, value } = attemptOf(lastAttempt(flight).raw);
  return gasLimit * (maxFeePerGas ?? gasPrice ?? 0n) + value;
};
