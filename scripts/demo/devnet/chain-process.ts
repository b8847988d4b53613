/**
 * The devnet's chain, run as a process of its own: `chain-process.ts CLIENT FUNDER LOG`. It makes a block every 500 ms whether or
 * not there are transactions; it holds no keys, and all its coin belongs to FUNDER. Prints `rpc URL control URL` once it serves:
 * the first offers what a public chain does, the second all that the client can.
 */
import { startAnvilChain } from './anvil-chain.js';
import { chainClients, type ChainClient } from './chain-terms.js';
import { startJsonRpcProxy } from './json-rpc-proxy.js';

const COIN = `0x${(10n ** 27n).toString(16)}`;

const [client, funder, log] = process.argv.slice(2);
if (!chainClients.includes(client as ChainClient) || funder === undefined || log === undefined)
  throw new Error('usage: chain-process.ts CLIENT FUNDER LOG');

// Hardhat takes seconds to load, and anvil needs nothing of it.
const chain = client === 'anvil' ? await startAnvilChain(log) : await (await import('./hardhat-chain.js')).startHardhatChain();
const response = await fetch(chain.url, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: chain.setBalance, params: [funder, COIN] }),
});
const { error } = (await response.json()) as { error?: { message: string } };
if (error) throw new Error(error.message);
const proxy = await startJsonRpcProxy(chain.url);
const stop = async (): Promise<void> => {
  await proxy.close();
  await chain.stop();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
console.log(`rpc ${proxy.url} control ${chain.url}`);
