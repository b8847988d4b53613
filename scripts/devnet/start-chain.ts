import { join } from 'node:path';
import { startGuarded, type GuardedProcess } from './guarded-process.js';

/** A chain that runs. */
export interface RunningChain {
  /** JSON-RPC address, on 127.0.0.1. */
  readonly rpc: string;
  readonly process: GuardedProcess;
}

const CHAIN_PROCESS = join(import.meta.dirname, 'chain-process.ts');
const READY_MILLISECONDS = 60_000;

/** Starts a chain in a process of its own; `funder` owns all coin. */
export const startChain = async (folder: string, funder: string): Promise<RunningChain> => {
  const chain = await startGuarded({
    name: 'chain',
    command: process.execPath,
    args: ['--import', 'tsx', CHAIN_PROCESS, funder],
    log: join(folder, 'chain.log'),
  });
  const [, rpc = ''] = await chain.line(/^rpc (\S+)$/, AbortSignal.timeout(READY_MILLISECONDS));
  return { rpc, process: chain };
};
