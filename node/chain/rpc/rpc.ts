import { Network, type JsonRpcProvider } from 'ethers';
import { noMetrics } from '../../core/metrics/no-metrics.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Log } from '../../ports/world.js';
import { HttpConnection } from './http-connection.js';
import { createCalls, whileUnreachable, type RpcCalls } from './calls.js';
import { RpcProvider, type Post } from './ethers-provider.js';
import { measureCalls } from './measure-calls.js';
import { retry } from '../../core/tasks/retry.js';
import { obeyLimits } from './obey-limits.js';
import { limitOf } from './rate-limit.js';

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
  /** Longest rest that is given to an endpoint which limits how often it is asked, milliseconds. Default 60,000. */
  readonly limitMilliseconds?: number;
  readonly log?: Log;
  /** Default: nobody counts. */
  readonly metrics?: Metrics;
}

/** What is taken where {@link RpcOptions} say nothing. */
export const rpcDefaults = {
  timeoutMilliseconds: 10_000,
  patienceMilliseconds: 30_000,
  pollMilliseconds: 250,
  batchCalls: 20,
  answerBytes: 32 << 20,
  limitMilliseconds: 60_000,
} as const;

/** A chain behind one JSON-RPC endpoint, or several. Everything that it rejects with is coded. */
export interface Rpc extends RpcCalls {
  /** Without credentials or path, for people. */
  readonly url: string;
  readonly chainId: bigint;
  readonly pollMilliseconds: number;
  /** For typed contracts; wrap what it returns in {@link RpcCalls.read} or {@link RpcCalls.once}. */
  readonly provider: JsonRpcProvider;
  /**
   * The same chain for decisions about money: an answer is one that several endpoints gave alike. RPC_DISAGREES when they do
   * not, RPC_UNREACHABLE when too few answer. The very same object where one endpoint has to do.
   */
  readonly agreed: Rpc;
  /** Where there are several endpoints: each of them asked alone, whatever it is set aside for. */
  readonly each?: readonly Rpc[];
  close(): void;
}

const readChainId = async (post: Post, connection: HttpConnection): Promise<bigint> => {
  const answer = (await post({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })) as { result?: unknown };
  if (typeof answer?.result !== 'string' || !/^0x[0-9a-f]+$/i.test(answer.result))
    throw connection.unreachable('it does not speak JSON-RPC');
  return BigInt(answer.result);
};

/** Connects to `rpcUrl` and asks which chain it serves. RPC_UNREACHABLE when nobody answers. */
export const openRpc = async (options: RpcOptions, signal?: AbortSignal): Promise<Rpc> => {
  const { timeoutMilliseconds, patienceMilliseconds, pollMilliseconds, batchCalls, answerBytes } = { ...rpcDefaults, ...options };
  const { metrics = noMetrics, log } = options;
  const { limitMilliseconds } = { ...rpcDefaults, ...options };
  const closing = new AbortController();
  const connection = new HttpConnection(options.rpcUrl, timeoutMilliseconds, answerBytes);
  const pace = { batchCalls, pollMilliseconds };
  const post: Post = async (payload) => measureCalls(metrics, payload, async () => connection.post(payload, closing.signal));
  const limited = obeyLimits(post, { connection, limitMilliseconds, log, signal: closing.signal });
  // Who is asked too often answers a little later; who does not answer at all is told of at once.
  const chainId = await retry(
    async () => readChainId(limited, connection),
    (error, milliseconds) => limitOf(error) !== undefined && milliseconds < patienceMilliseconds,
    signal,
  );
  const provider = new RpcProvider(connection.url, Network.from(chainId), pace, limited);
  const calls = createCalls({ name: () => connection.name, isWorthAnother: whileUnreachable(patienceMilliseconds), log });
  signal?.throwIfAborted();
  const rpc: Rpc = {
    url: connection.name,
    chainId,
    pollMilliseconds,
    provider,
    ...calls,
    get agreed() {
      return rpc;
    },
    close: () => {
      closing.abort();
      provider.destroy();
    },
  };
  return rpc;
};
