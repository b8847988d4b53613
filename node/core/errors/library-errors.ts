import { row } from './row.js';

/** What the libraries that the contracts stand on refuse: the code is the Solidity error's name, the data its arguments. */
export const libraryErrors = {
  REVERTED: row<{ reason: string }>(
    (d) => `the contract refused: ${d.reason}`,
    'Look at the reason; the state of the chain may have changed.',
  ),
  PANIC: row<{ code: bigint }>((d) => `the contract stopped with panic ${d.code}`, 'Please report it: a contract should never panic.'),
  UNKNOWN_REVERT: row<{ data: string }>(
    (d) =>
      d.data === '0x' ? 'the contract refused without a reason' : `the contract refused with ${d.data}, which no known error explains`,
    'Check that the address book belongs to this version of Holdfast.',
  ),
  ERC20_INVALID_SENDER: row<{ sender: string }>((d) => `tokens cannot be sent from ${d.sender}`, 'Check the address.'),
  ERC20_INVALID_RECEIVER: row<{ receiver: string }>((d) => `tokens cannot be sent to ${d.receiver}`, 'Check the address.'),
  ERC20_INVALID_APPROVER: row<{ approver: string }>((d) => `${d.approver} cannot approve a spender`, 'Check the address.'),
  ERC20_INVALID_SPENDER: row<{ spender: string }>((d) => `${d.spender} cannot be approved as a spender`, 'Check the address.'),
  ERC2612_EXPIRED_SIGNATURE: row<{ deadline: bigint }>(
    (d) => `the permit was good until ${d.deadline} (seconds since 1970)`,
    'Sign another permit.',
  ),
  ERC2612_INVALID_SIGNER: row<{ signer: string; owner: string }>(
    (d) => `the permit of ${d.owner} was signed by ${d.signer}`,
    "Sign with the owner's key.",
  ),
  INVALID_ACCOUNT_NONCE: row<{ account: string; currentNonce: bigint }>(
    (d) => `the signature of ${d.account} does not carry its nonce ${d.currentNonce}`,
    'Sign again with the present nonce.',
  ),
  INVALID_SHORT_STRING: row<object>(() => 'a short string in a contract is damaged', 'Please report it.'),
  STRING_TOO_LONG: row<{ str: string }>((d) => `"${d.str}" is too long for a short string`, 'Choose a shorter one.'),
  ECDSA_INVALID_SIGNATURE: row<object>(() => 'the signature belongs to no key', 'Sign again.'),
  ECDSA_INVALID_SIGNATURE_LENGTH: row<{ length: bigint }>((d) => `a signature has ${d.length} bytes instead of 65`, 'Sign again.'),
  ECDSA_INVALID_SIGNATURE_S: row<{ s: string }>((d) => `the s of a signature, ${d.s}, is in the upper half of the order`, 'Sign again.'),
  REENTRANCY_GUARD_REENTRANT_CALL: row<object>(() => 'a call came back into the contract it came from', 'Call it directly.'),
  SAFE_ERC20_FAILED_OPERATION: row<{ token: string }>(
    (d) => `token ${d.token} refused a transfer without a reason`,
    'Check balance and allowance of the token.',
  ),
  SAFE_CAST_OVERFLOWED_UINT_DOWNCAST: row<{ bits: bigint; value: bigint }>(
    (d) => `${d.value} does not fit ${d.bits} bits`,
    'Use a smaller value.',
  ),
  CHECKPOINT_UNORDERED_INSERTION: row<object>(() => 'a record was added out of order', 'Please report it: this cannot happen.'),
} as const;
