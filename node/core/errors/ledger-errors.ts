import { row } from './row.js';

/** The settlement history and what speaks against it. */
export const ledgerErrors = {
  LEDGER_MISFIT: row<{ block: number; what: string; expected: string; found: string; url: string }>(
    (d) => `block ${d.block} does not fit: ${d.what} should be ${d.expected}, and by ${d.url} it is ${d.found}`,
    'Do not rely on what this RPC says: it is damaged, or it lies. Ask another one.',
  ),
  LEDGER_BALANCE_MISFIT: row<{ block: number; what: string; account: string; expected: bigint; found: bigint; url: string }>(
    (d) =>
      `at block ${d.block} the ${d.what} of ${d.account} is ${d.expected} wei by the events, and ${d.found} by the contracts, says ${d.url}`,
    'Do not rely on what this RPC says: it leaves events out, is damaged, or lies. Ask another one.',
  ),
  LEDGER_RPCS_DIFFER: row<{ block: number; what: string; first: string; says: string; second: string; other: string }>(
    (d) => `block ${d.block}: the ${d.what} is ${d.says} by ${d.first}, and ${d.other} by ${d.second}`,
    'One of the two is wrong. Ask a third, and leave out the one that is alone with its answer.',
  ),
  LEDGER_HEADS_DIFFER: row<{ block: number; first: string; says: string; second: string; other: string }>(
    (d) => `the two RPCs serve different chains from block ${d.block} on: ${d.says} by ${d.first}, ${d.other} by ${d.second}`,
    'One of them is on a fork, or lies. Ask a third, or give the hash of a block that you trust: --head HASH.',
  ),
  LEDGER_HEAD_NEEDED: row<object>(
    () => 'to verify, a newest block is needed that can be trusted, and only one RPC was given',
    'Give two RPCs of different operators (--rpc URL,URL), or the hash of a block that you trust (--head HASH).',
  ),
  LEDGER_SECOND_RPC_NEEDED: row<{ family: string }>(
    (d) => `headers of a chain of the family "${d.family}" cannot be recomputed; what two RPCs say can only be compared, and one was given`,
    'Give two RPCs of different operators: --rpc URL,URL.',
  ),
  LEDGER_HEAD_UNKNOWN: row<{ head: string; url: string }>(
    (d) => `${d.url} has no block ${d.head} on its chain`,
    'Check the hash; a reorganized block is none, and the RPC may lag behind.',
  ),
  LEDGER_HEAD_TOO_OLD: row<{ block: number; deployment: number }>(
    (d) => `block ${d.block} is older than the market, which was deployed in block ${d.deployment}`,
    'Give a newer block, or wait until the RPCs have caught up.',
  ),
  LEDGER_UNSTEADY: row<{ times: number; url: string }>(
    (d) => `the chain that ${d.url} serves was reorganized ${d.times} times while it was read`,
    'Run it again when the chain is steady; if that does not help, use another RPC.',
  ),
  LEDGER_ANSWER_INVALID: row<{ url: string; what: string; problem: string }>(
    (d) => `${d.url} answered ${d.what} with something else: ${d.problem}`,
    'Check that this is the JSON-RPC of an EVM chain; else use another.',
  ),
  LEDGER_CACHE_FOREIGN: row<{ path: string; what: string; expected: string; found: string }>(
    (d) => `${d.path} is of another market: its ${d.what} is ${d.found}, and ${d.expected} is asked for`,
    'Move the file away: it will be made anew.',
  ),
  LEDGER_CACHE_DAMAGED: row<{ path: string; problem: string }>(
    (d) => `${d.path} is not a usable record of what was verified: ${d.problem}`,
    'Delete the file: everything is verified anew.',
  ),
} as const;
