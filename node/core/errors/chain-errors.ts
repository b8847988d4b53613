import { showCoins, showGwei } from '../amount-text.js';
import { row } from './row.js';

/** The RPC, transactions, the chain itself. */
export const chainErrors = {
  RPC_UNREACHABLE: row<{ url: string; reason: string }>(
    (d) => `no answer from the chain's JSON-RPC at ${d.url}: ${d.reason}`,
    'Check that the node runs and that the address is right (--rpc, HOLDFAST_RPC, or "rpc" in config.json).',
  ),
  RPC_REFUSED: row<{ url: string; method: string; reason: string }>(
    (d) => `the JSON-RPC at ${d.url} refused ${d.method}: ${d.reason}`,
    'Check the limits of this node, or use another.',
  ),
  RPC_BEHIND: row<{ url: string; block: number; deployment: number }>(
    (d) => `the JSON-RPC at ${d.url} is at block ${d.block}, and the market was deployed in block ${d.deployment}`,
    'Wait until it has caught up; if it has, it serves another chain: use the address book of that one. A restarted devnet is another chain.',
  ),
  LOGS_INCOMPLETE: row<{ url: string; what: string; told: number; held: number }>(
    (d) => `the logs of ${d.url} leave something out: they tell of ${d.told} ${d.what}, and the contracts of ${d.held}`,
    'Ask an RPC that keeps all logs since the market was deployed: "--rpc URL", or another one first in "rpc". Nothing was taken for absent.',
  ),
  RPC_DISAGREES: row<{ what: string; block: number; one: string; oneSays: string; other: string; otherSays: string }>(
    (d) => `two RPCs disagree on ${d.what} at block ${d.block}: ${d.one} says ${d.oneSays}, ${d.other} says ${d.otherSays}`,
    'Nothing more is done that rests on it. Ask a third, such as a block explorer, and take the one that is wrong out of "rpc".',
  ),
  WRONG_CHAIN: row<{ url: string; expected: bigint; actual: bigint }>(
    (d) => `${d.url} serves chain ${d.actual}, and the address book is for chain ${d.expected}`,
    'Use an RPC of that chain, or the address book of this one.',
  ),
  MARKET_MISSING: row<{ url: string; market: string }>(
    (d) => `there is no market at ${d.market} on the chain that ${d.url} serves`,
    'Use the address book that the deployment on this chain wrote.',
  ),
  DEPLOYMENT_MISMATCH: row<{ what: string; expected: string; found: string }>(
    (d) => `the ${d.what} is ${d.found} on chain and ${d.expected} in the address book: this is another deployment`,
    'Use the address book that the deployment on this chain wrote. A restarted devnet is another chain.',
  ),
  TRANSACTION_EXPIRED: row<{ action: string; deadline: number }>(
    (d) => `the transaction "${d.action}" was not mined up to block ${d.deadline}, and was given up`,
    'Look whether the chain makes blocks and whether the account has coin for gas.',
  ),
  TRANSACTION_REVERTED: row<{ action: string; transaction: string }>(
    (d) => `the transaction "${d.action}" was mined and had no effect: ${d.transaction}`,
    'The state changed after it was sent; look at the cause and decide anew.',
  ),
  TRANSACTION_OUT_OF_GAS: row<{ action: string; transaction: string; gas: bigint }>(
    (d) => `the transaction "${d.action}" needed more than its ${d.gas} gas: ${d.transaction}`,
    'Try again; the state changed between estimate and block.',
  ),
  TRANSACTION_TOO_LARGE: row<{ action: string; gas: bigint; max: bigint }>(
    (d) => `the transaction "${d.action}" needs ${d.gas} gas, and ${d.max} is the most`,
    'Put less into one transaction.',
  ),
  TRANSACTION_REFUSED: row<{ action: string; reason: string }>(
    (d) => `the chain's node did not take the transaction "${d.action}": ${d.reason}`,
    'Look at the reason; the account or the node may need attention.',
  ),
  INTENTION_CHANGED: row<{ intention: string; action: string; former: string }>(
    (d) => `"${d.action}" was asked for as "${d.intention}", under which "${d.former}" with other terms was sent before`,
    'Look what became of that one; what is to be done besides it needs an id of its own.',
  ),
  NONCE_TAKEN: row<{ action: string; account: string; nonce: number }>(
    (d) => `"${d.action}" was not carried out: another transaction of ${d.account} was mined as its number ${d.nonce}`,
    'Somebody else signs with this key. What is still wanted is decided anew by what the chain says now.',
  ),
  COIN_TOO_SMALL: row<{ account: string; balance: bigint; needed: bigint }>(
    (d) => `${d.account} has ${showCoins(d.balance)} of the chain's coin, and ${showCoins(d.needed)} are needed`,
    'Send it coin for gas.',
  ),
  FEE_TOO_HIGH: row<{ fee: bigint; max: bigint }>(
    (d) => `the chain asks ${showGwei(d.fee)} for a unit of gas, and at most ${showGwei(d.max)} is allowed`,
    'Wait until the chain is cheaper, or allow more: "maxGwei" under "fees" in config.json.',
  ),
  QUEUE_FULL: row<{ waiting: number }>((d) => `${d.waiting} transactions of this account wait already`, 'Wait until some are mined.'),
  QUEUE_CLOSED: row<{ action: string }>((d) => `"${d.action}" was not sent: the account's queue is closed`, 'Start again.'),
  JOURNAL_IN_USE: row<{ path: string; pid: number }>(
    (d) => `the transactions in ${d.path} belong to the running process ${d.pid}`,
    'Stop that process first, or use another folder. If it is not Holdfast, delete the file `owner-…` there.',
  ),
  JOURNAL_DAMAGED: row<{ path: string; problem: string }>(
    (d) => `${d.path} is not usable: ${d.problem}`,
    'Check on a block explorer what became of the last transactions, then move the file away.',
  ),
  PEER_ID_INVALID: row<{ peerId: string; problem: string }>((d) => `"${d.peerId}" is not a peer id: ${d.problem}`, 'Use the base58 form.'),
} as const;
