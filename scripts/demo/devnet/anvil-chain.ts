import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anvilBinary, anvilStates } from './anvil-binary.js';
import type { BareChain } from './bare-chain.js';
import { BLOCK_MILLISECONDS, chainIds } from './chain-terms.js';
import { startGuarded } from './guarded-process.js';

const READY_MILLISECONDS = 30_000;

/** anvil on a free port, in a process that cannot outlive this one; what it prints goes to `log`. */
export const startAnvil = async (log: string, args: readonly string[] = []): Promise<BareChain> => {
  const states = await anvilStates();
  const anvil = await startGuarded({ name: 'anvil', command: anvilBinary, args: [...states.args, '--port', '0', ...args], log });
  const [, port] = await anvil.line(/Listening on 127\.0\.0\.1:(\d+)/, AbortSignal.timeout(READY_MILLISECONDS));
  return { url: `http://127.0.0.1:${port}`, setBalance: 'anvil_setBalance', stop: () => anvil.stop().finally(states.remove) };
};

/** anvil as the devnet's chain: with its blocks and its chain id, and no accounts. */
export const startAnvilChain = async (log = join(tmpdir(), `holdfast-anvil-${process.pid}.log`)): Promise<BareChain> => {
  const interval = String(BLOCK_MILLISECONDS / 1_000);
  return startAnvil(log, ['--chain-id', String(chainIds.anvil), '--block-time', interval, '--accounts', '0']);
};
