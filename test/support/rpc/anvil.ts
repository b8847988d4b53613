import { anvilBinary, anvilStates } from '../../../scripts/demo/devnet/anvil-binary.js';
import { startChild } from '../child-process.js';

/** A chain in a process of its own, with funded accounts whose keys are public. */
export interface TestChain {
  readonly url: string;
  readonly pid: number;
  /** One JSON-RPC request, for the methods that only test chains have. */
  readonly rpc: <Result = unknown>(method: string, ...params: readonly unknown[]) => Promise<Result>;
  readonly stop: () => Promise<void>;
}

/** Private keys of the accounts that both test chains fund (the mnemonic "test test … junk"). */
export const testKeys = [
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
  '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
  '0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6',
  '0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a',
  '0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba',
  '0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e',
  '0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356',
  '0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97',
  '0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6',
] as const;

/** Sends one JSON-RPC request to `url`. */
export const rpcTo =
  (url: string): TestChain['rpc'] =>
  async <Result>(method: string, ...params: readonly unknown[]): Promise<Result> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const answer = (await response.json()) as { result?: Result; error?: { message: string } };
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result as Result;
  };

/**
 * Starts anvil on a free port of 127.0.0.1. A block comes with every transaction unless `args` say otherwise
 * (`--block-time 1`, `--no-mining`, `--chain-id 5`).
 */
export const startAnvil = async (args: readonly string[] = [], port = 0): Promise<TestChain> => {
  const states = await anvilStates();
  const child = await startChild(anvilBinary, [...states.args, '--port', String(port), ...args]);
  const [, listening] = await child.printed(/Listening on 127\.0\.0\.1:(\d+)/, 30_000);
  const url = `http://127.0.0.1:${listening}`;
  return { url, pid: child.pid, rpc: rpcTo(url), stop: () => child.stop().finally(states.remove) };
};

/** The block that holds `transaction`: a chain may answer before it makes one. Rejects after ten seconds. */
export const blockWith = async (chain: Pick<TestChain, 'rpc'>, transaction: string): Promise<number> => {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    const receipt = await chain.rpc<{ blockNumber: string } | null>('eth_getTransactionReceipt', transaction);
    if (receipt !== null) return Number(receipt.blockNumber);
  }
  throw new Error(`no block holds ${transaction}`);
};
