import { join } from 'node:path';
import { rpcTo, type TestChain } from './anvil.js';
import { startChild } from '../child-process.js';

/**
 * Starts Hardhat's simulated network in a process of its own, on a free port of 127.0.0.1. A block comes with every
 * transaction until `evm_setAutomine` and `evm_setIntervalMining` say otherwise.
 */
export const startHardhatChain = async (args: readonly string[] = []): Promise<TestChain> => {
  const hardhat = join(import.meta.dirname, '../../../node_modules/.bin/hardhat');
  const child = await startChild(process.execPath, [hardhat, 'node', '--hostname', '127.0.0.1', '--port', '0', ...args]);
  const [, url] = await child.printed(/JSON-RPC server at (http:\/\/127\.0\.0\.1:\d+)\//, 60_000);
  if (url === undefined) throw new Error('no address printed');
  return { url, pid: child.pid, rpc: rpcTo(url), stop: child.stop };
};
