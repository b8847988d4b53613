/**
 * The devnet's chain, run as a process of its own: `chain-process.ts FUNDER`. Hardhat's simulated network makes a block every
 * 500 ms whether or not there are transactions; it holds no keys, and all its coin belongs to FUNDER. Prints `rpc URL` once
 * it serves.
 */
import hre from 'hardhat';
import { BLOCK_MILLISECONDS, CHAIN_ID } from './chain-terms.js';
import { startJsonRpcProxy } from './json-rpc-proxy.js';

const COIN = `0x${(10n ** 27n).toString(16)}`;

const [funder] = process.argv.slice(2);
if (funder === undefined) throw new Error('usage: chain-process.ts FUNDER');

const server = await hre.network.createServer(
  {
    network: 'default',
    override: {
      chainId: CHAIN_ID,
      accounts: [],
      mining: { auto: false, interval: BLOCK_MILLISECONDS },
      allowBlocksWithSameTimestamp: true,
      loggingEnabled: false,
    },
  },
  '127.0.0.1',
  0,
);
const { port } = await server.listen();
const upstream = `http://127.0.0.1:${port}`;
const response = await fetch(upstream, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'hardhat_setBalance', params: [funder, COIN] }),
});
const { error } = (await response.json()) as { error?: { message: string } };
if (error) throw new Error(error.message);
const proxy = await startJsonRpcProxy(upstream);
const stop = async (): Promise<void> => {
  await proxy.close();
  await server.close();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
console.log(`rpc ${proxy.url}`);
