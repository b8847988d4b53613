import { row } from './row.js';

/** The RPC, transactions, the chain itself. */
export const chainErrors = {
  TRANSACTION_EXPIRED: row<{ action: string; deadline: number }>(
    (d) => `the transaction "${d.action}" was not mined up to block ${d.deadline}, and was given up`,
    'Look whether the chain makes blocks and whether the account has coin for gas.',
  ),
  COIN_TOO_SMALL: row<{ account: string; balance: bigint; needed: bigint }>(
    (d) => `${d.account} has ${d.balance} wei of the chain's coin, and ${d.needed} are needed`,
    'Send it coin for gas.',
  ),
} as const;
