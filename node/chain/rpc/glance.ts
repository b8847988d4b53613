import { z } from 'zod/v4';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { HttpConnection } from './http-connection.js';
import { unlessAborted } from '../../core/tasks/waiting.js';

/** What one RPC says of its chain. */
export interface ChainGlance {
  /** Without credentials or path, for people. */
  readonly url: string;
  readonly chainId: bigint;
  /** Number of the newest block. */
  readonly block: number;
  /** Its time, seconds since 1970. */
  readonly timestamp: number;
  /** Wei of the chain's coin for a unit of gas. */
  readonly gasPrice: bigint;
}

export interface GlanceOptions {
  /** Longest wait for one answer, milliseconds. Default 10,000. */
  readonly timeoutMilliseconds?: number;
  readonly signal?: AbortSignal;
}

/** Most bytes of one answer: a block without its transactions. */
const ANSWER_BYTES = 1 << 20;

const quantity = z.string().regex(/^0x[0-9a-f]{1,64}$/i);
const answerOf = <Result extends z.ZodType>(result: Result) => z.object({ result });
const block = z.object({ number: quantity, timestamp: quantity });

const asker = (rpcUrl: string, { timeoutMilliseconds = 10_000, signal }: GlanceOptions) => {
  const connection = new HttpConnection(rpcUrl, timeoutMilliseconds, ANSWER_BYTES);
  const ask = async <Result extends z.ZodType>(result: Result, method: string, ...params: unknown[]): Promise<z.infer<Result>> => {
    const answer = await unlessAborted(connection.post({ jsonrpc: '2.0', id: 1, method, params }), signal);
    const parsed = answerOf(result).safeParse(answer);
    if (parsed.success) return (parsed.data as { result: z.infer<Result> }).result;
    const refusal = z.object({ error: z.object({ message: z.string() }) }).safeParse(answer);
    if (!refusal.success) throw connection.unreachable('it does not speak JSON-RPC');
    throw new HoldfastError('RPC_REFUSED', { url: connection.name, method, reason: refusal.data.error.message.slice(0, 200) });
  };
  return { name: connection.name, ask };
};

/** Which chain the RPC at `rpcUrl` serves. RPC_UNREACHABLE, RPC_REFUSED. */
export const askChainId = async (rpcUrl: string, options: GlanceOptions = {}): Promise<bigint> =>
  BigInt(await asker(rpcUrl, options).ask(quantity, 'eth_chainId'));

/** Looks at the chain behind `rpcUrl`, once. RPC_UNREACHABLE, RPC_REFUSED. */
export const glanceAtChain = async (rpcUrl: string, options: GlanceOptions = {}): Promise<ChainGlance> => {
  const { name, ask } = asker(rpcUrl, options);
  const chainId = BigInt(await ask(quantity, 'eth_chainId'));
  const newest = await ask(block, 'eth_getBlockByNumber', 'latest', false);
  const gasPrice = BigInt(await ask(quantity, 'eth_gasPrice'));
  return { url: name, chainId, block: Number(newest.number), timestamp: Number(newest.timestamp), gasPrice };
};
