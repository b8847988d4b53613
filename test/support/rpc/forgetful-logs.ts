import type { RpcProxy } from '../../../scripts/lab/staging/rpc-proxy.js';

interface LogJson {
  readonly blockNumber: string;
}

/** How an RPC may leave logs out without a word. */
export const forgetfulness: Readonly<Record<string, (logs: readonly LogJson[], head: number) => readonly LogJson[]>> = {
  'has no logs': () => [],
  'gives the first two': (logs) => logs.slice(0, 2),
  'gives the first one': (logs) => logs.slice(0, 1),
  'has pruned all but the last blocks': (logs, head) => logs.filter(({ blockNumber }) => Number(blockNumber) > head - 2),
};

/** Has `proxy`, whose chain is at block `head`, forget logs. */
export const forgetLogs = (proxy: RpcProxy, how: keyof typeof forgetfulness, head: number): void => {
  proxy.alter = ({ method }, result) => (method === 'eth_getLogs' ? forgetfulness[how]?.(result as LogJson[], head) : result);
};
