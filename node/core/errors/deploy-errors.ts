import { row } from './row.js';

/** Deploying a market. */
export const deployErrors = {
  NETWORK_UNKNOWN: row<{ name: string; known: string }>(
    (d) => `there is no network called "${d.name}" here; there are ${d.known}`,
    'Name one of those, or describe another with --parameters FILE and --rpc URL.',
  ),
  PARAMETERS_INVALID: row<{ path: string; problem: string }>(
    (d) => `${d.path} does not describe a network: ${d.problem}`,
    'Correct it; npm run deploy -- --help shows an example.',
  ),
  BLOCK_TIME_ABSURD: row<{ measured: number; declared: number; blocks: number; periodBlocks: number; seconds: number }>(
    (d) =>
      `the last ${d.blocks} blocks came ${d.measured} ms apart, and the parameters are for ${d.declared} ms: ` +
      `a period of ${d.periodBlocks} blocks would last ${d.seconds} seconds`,
    'Choose periodBlocks and blockMilliseconds for the block time of this chain.',
  ),
  TOKEN_UNSUITABLE: row<{ token: string; problem: string }>(
    (d) => `the token ${d.token} cannot be used: ${d.problem}`,
    'Name an ERC-20 of this chain with 6 to 18 decimals.',
  ),
  DEPLOYMENT_DIFFERS: row<{ what: string; recorded: string; asked: string; path: string }>(
    (d) => `this chain has a deployment already (${d.path}), and its ${d.what} is ${d.recorded} where ${d.asked} is asked for`,
    'Use that deployment, or add --restart to deploy new contracts beside it.',
  ),
  DEPLOYMENT_NONCE_DRIFTED: row<{ account: string; contract: string; expected: number; found: number }>(
    (d) =>
      `the ${d.contract} was to be deployed with nonce ${d.expected} of ${d.account}, and the account is at ${d.found}: ` +
      'something else used it meanwhile, so the contracts would get other addresses than they were told',
    'Nothing more was sent. Add --restart to deploy new contracts, and let nothing else use the account until that is done.',
  ),
  DEPLOYMENT_ACCOUNT_BUSY: row<{ account: string; waiting: number }>(
    (d) => `${d.waiting} transactions of ${d.account} are waiting to be mined`,
    'Wait until they are; the addresses of the contracts follow from the number of transactions.',
  ),
  DEPLOYMENT_FAILED: row<{ reason: string }>(
    (d) => `the deployment cannot go on: ${d.reason}`,
    'Look at the reason. --restart begins again with new contracts.',
  ),
  DEPLOYMENT_INTERRUPTED: row<{ reason: string }>(
    (d) => `the deployment stopped on its way: ${d.reason}`,
    'Run the same command again; it goes on where it was.',
  ),
} as const;
