import { isError, JsonRpcProvider, Network, type JsonRpcPayload, type JsonRpcResult } from 'ethers';
import { HoldfastError, isHoldfastError } from '../core/errors.js';
import type { Log } from '../ports/world.js';
import { HttpConnection } from './http-connection.js';
import { revertIn } from './revert.js';
import { pause, unlessAborted } from './waiting.js';

export interface RpcOptions {
  readonly rpcUrl: string;
  /** Longest wait for one answer, milliseconds. Default 10,000. */
  readonly timeoutMilliseconds?: number;
  /** How long a read is tried again while the RPC does not answer, milliseconds. Default 30,000. */
  readonly patienceMilliseconds?: number;
  /** Time between two looks at the chain's head, milliseconds. Default 250. */
  readonly pollMilliseconds?: number;
  /** Most calls in one HTTP request. Default 20. */
  readonly batchCalls?: number;
  /** Most bytes of one answer. Default 32 MiB. */
  readonly answerBytes?: number;
  readonly log?: Log;
}

/** A JSON-RPC endpoint of one chain. Everything that it rejects with is coded. */
export interface Rpc {
  /** Without credentials or path, for people. */
  readonly url: string;
  readonly chainId: bigint;
  readonly pollMilliseconds: number;
  /** For typed contracts; wrap what it returns in {@link Rpc.read} or {@link Rpc.once}. */
  readonly provider: JsonRpcProvider;
  /** Runs `call`, again with growing pauses while the RPC is unreachable and patience lasts. */
  read<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Runs `call` once. RPC_UNREACHABLE, RPC_REFUSED, or the coded error of a revert. */
  once<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  close(): void;
}

const PAUSES = [100, 200, 400, 800, 1_600, 2_000] as const;

/** ethers does ABI and formats; HTTP, its limits and its failures are ours. */
class BoundedProvider extends JsonRpcProvider {
  constructor(
    private readonly connection: HttpConnection,
    network: Network,
    options: { readonly batchMaxCount: number; readonly pollingInterval: number },
  ) {
    super(connection.url, network, { ...options, staticNetwork: network, cacheTimeout: -1, batchStallTime: 0 });
  }

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const answer = await this.connection.post(payload);
    return (Array.isArray(answer) ? answer : [answer]) as JsonRpcResult[];
  }
}

const reasonOf = (error: unknown): string => {
  if (isError(error, 'UNKNOWN_ERROR')) {
    const inner = (error as unknown as { error?: { message?: unknown } }).error;
    if (typeof inner?.message === 'string') return inner.message;
  }
  if (error instanceof Error) {
    const { shortMessage, info } = error as Error & { shortMessage?: string; info?: { error?: { message?: string } } };
    return info?.error?.message ?? shortMessage ?? error.message;
  }
  return String(error);
};

const methodOf = (error: unknown): string => {
  const { payload, info } = error as { payload?: { method?: string }; info?: { payload?: { method?: string } } };
  return payload?.method ?? info?.payload?.method ?? 'a call';
};

const readChainId = async (connection: HttpConnection): Promise<bigint> => {
  const answer = (await connection.post({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })) as { result?: unknown };
  if (typeof answer?.result !== 'string' || !/^0x[0-9a-f]+$/i.test(answer.result))
    throw connection.unreachable('it does not speak JSON-RPC');
  return BigInt(answer.result);
};

/** Connects to `rpcUrl` and asks which chain it serves. RPC_UNREACHABLE when nobody answers. */
export const openRpc = async (options: RpcOptions, signal?: AbortSignal): Promise<Rpc> => {
  const { timeoutMilliseconds = 10_000, patienceMilliseconds = 30_000, pollMilliseconds = 250, batchCalls = 20, log } = options;
  const connection = new HttpConnection(options.rpcUrl, timeoutMilliseconds, options.answerBytes ?? 32 << 20);
  const chainId = await readChainId(connection);
  const provider = new BoundedProvider(connection, Network.from(chainId), { batchMaxCount: batchCalls, pollingInterval: pollMilliseconds });

  const once: Rpc['once'] = async (call, signal) => {
    try {
      return await unlessAborted(call(), signal);
    } catch (error) {
      if (isHoldfastError(error) || (signal?.aborted && error === signal.reason)) throw error;
      throw (
        revertIn(error) ??
        new HoldfastError('RPC_REFUSED', { url: connection.name, method: methodOf(error), reason: reasonOf(error) }, { cause: error })
      );
    }
  };

  const read: Rpc['read'] = async (call, signal) => {
    const since = Date.now();
    for (let attempt = 0; ; attempt++) {
      try {
        return await once(call, signal);
      } catch (error) {
        if (!isHoldfastError(error, 'RPC_UNREACHABLE') || Date.now() - since >= patienceMilliseconds) throw error;
        if (attempt === 0) log?.warn('rpc.unreachable', { ...error.data });
        await pause(PAUSES[Math.min(attempt, PAUSES.length - 1)] ?? 2_000, signal);
      }
    }
  };

  signal?.throwIfAborted();
  return { url: connection.name, chainId, pollMilliseconds, provider, read, once, close: () => provider.destroy() };
};
