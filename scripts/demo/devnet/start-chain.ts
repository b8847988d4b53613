import { join } from 'node:path';
import { chainIds, type ChainClient } from './chain-terms.js';
import { startGuarded, type GuardedProcess } from './guarded-process.js';

/** A chain that runs. */
export interface RunningChain {
  /** JSON-RPC address, on 127.0.0.1, that offers what a public chain does. */
  readonly rpc: string;
  /** JSON-RPC address of the client itself, which can rewrite its chain: for who runs it, never for who uses it. */
  readonly control: string;
  readonly chainId: number;
  readonly process: GuardedProcess;
}

const CHAIN_PROCESS = join(import.meta.dirname, 'chain-process.ts');
const READY_MILLISECONDS = 60_000;

/** Starts a chain in a process of its own; `funder` owns all coin. */
export const startChain = async (folder: string, funder: string, client: ChainClient = 'hardhat'): Promise<RunningChain> => {
  const chain = await startGuarded({
    name: 'chain',
    command: process.execPath,
    args: ['--import', 'tsx', CHAIN_PROCESS, client, funder, join(folder, `${client}.log`)],
    log: join(folder, 'chain.log'),
  });
  const [, rpc = '', control = ''] = await chain.line(/^rpc (\S+) control (\S+)$/, AbortSignal.timeout(READY_MILLISECONDS));
  return { rpc, control, chainId: chainIds[client], process: chain };
};
