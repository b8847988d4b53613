import { JsonRpcProvider, Network } from 'ethers';
import { createCalls } from '../../../../node/chain/rpc/calls.js';
import type { Rpc } from '../../../../node/chain/rpc/rpc.js';
import type { StagedChain } from '../../staging/chain.js';

type Ask = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** ethers over a chain in this process: no socket, no timer. */
class DirectProvider extends JsonRpcProvider {
  constructor(
    network: Network,
    private readonly ask: Ask,
  ) {
    super('http://in.this.process', network, { staticNetwork: network, cacheTimeout: -1 });
  }

  override async send(method: string, params: unknown[] | Record<string, unknown>): Promise<unknown> {
    const list = Array.isArray(params) ? params : [params];
    try {
      return await this.ask(method, list);
    } catch (error) {
      const { message, data } = error as { message: string; data?: unknown };
      const payload = { jsonrpc: '2.0', id: 1, method, params: list } as const;
      throw this.getRpcError(payload, { id: 1, error: { code: 3, message, data } });
    }
  }
}

/** The connection of everybody who plays to one staged chain. */
export interface DirectRpc extends Rpc {
  /** Whether a call is on its way. */
  readonly busy: boolean;
  /** The chain has changed: what was asked before counts no more. */
  forget(): void;
}

/** Calls are answered one after the other, in the order in which they came, so that a run can be repeated; each once a block. */
export const createDirectRpc = ({ chainId, provider: chain }: Pick<StagedChain, 'chainId' | 'provider'>): DirectRpc => {
  let known = new Map<string, Promise<unknown>>();
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const ask: Ask = (method, params) => {
    const key = JSON.stringify([method, params]);
    const before = known.get(key);
    if (before !== undefined) return before;
    waiting += 1;
    const answer = tail.then(() => chain.send(method, [...params])).finally(() => (waiting -= 1));
    tail = answer.catch(() => undefined);
    known.set(key, answer);
    return answer;
  };
  const rpc: DirectRpc = {
    url: 'this process',
    chainId,
    pollMilliseconds: 0,
    provider: new DirectProvider(Network.from(chainId), ask),
    ...createCalls({ name: () => 'this process', isWorthAnother: () => false, log: undefined }),
    get agreed() {
      return rpc;
    },
    get busy() {
      return waiting > 0;
    },
    forget: () => {
      known = new Map();
    },
    close: () => rpc.provider.destroy(),
  };
  return rpc;
};
