import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { RpcAnswer as JsonRpcAnswer } from '../rpc/answer.js';
import { limitIn } from '../rpc/rate-limit.js';
import { HttpConnection } from '../rpc/http-connection.js';
import { retry } from '../../core/tasks/retry.js';
import { unlessAborted } from '../../core/tasks/waiting.js';

export interface BatchRpcOptions {
  readonly rpcUrl: string;
  /** Longest wait for one answer, milliseconds. Default 30,000. */
  readonly timeoutMilliseconds?: number;
  /** How long is tried again while the RPC does not answer, milliseconds. Default 30,000. */
  readonly patienceMilliseconds?: number;
  /** Most calls in one HTTP request; halved for good where the RPC refuses so many. Default 100. */
  readonly batchCalls?: number;
  /** Most HTTP requests at a time. Default 4. */
  readonly parallel?: number;
  /** Most bytes of one answer. Default 64 MiB. */
  readonly answerBytes?: number;
}

export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What became of one call. */
export type RpcAnswer = { readonly result: unknown } | { readonly error: string };

/** A JSON-RPC endpoint for reading much at once. It has no failover: the ledger wants to know who said what. */
export interface BatchRpc {
  /** Scheme and host, for people. */
  readonly name: string;
  /** The answers, in the order of the calls. RPC_UNREACHABLE once patience is over. */
  batch(calls: readonly RpcCall[], signal: AbortSignal): Promise<readonly RpcAnswer[]>;
  /** The result of one call. RPC_UNREACHABLE, RPC_REFUSED. */
  call(method: string, params: readonly unknown[], signal: AbortSignal): Promise<unknown>;
}

interface RawAnswer {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

/** The whole batch was refused, not one of its calls. */
class BatchRefused extends Error {}

const messageOf = ({ message }: NonNullable<RawAnswer['error']>): string =>
  typeof message === 'string' ? message.slice(0, 500) : 'an error without a message';

const answerOf = (raw: RawAnswer | undefined): RpcAnswer => {
  if (raw === undefined) return { error: 'no answer to this call' };
  if (raw.error !== undefined && raw.error !== null) return { error: messageOf(raw.error) };
  return { result: raw.result };
};

/** At most `most` of the tasks given to it run at a time. */
const limiter = (most: number): (<T>(task: () => Promise<T>) => Promise<T>) => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
};

export const createBatchRpc = (options: BatchRpcOptions): BatchRpc => {
  const { timeoutMilliseconds = 30_000, patienceMilliseconds = 30_000, parallel = 4, answerBytes = 64 << 20 } = options;
  const connection = new HttpConnection(options.rpcUrl, timeoutMilliseconds, answerBytes);
  const limited = limiter(parallel);
  let size = options.batchCalls ?? 100;
  let lastId = 0;

  /** One HTTP request. Where one call is all there is, no list is sent: some RPCs take none. */
  const post = async (calls: readonly RpcCall[], signal: AbortSignal): Promise<readonly RpcAnswer[]> => {
    const requests = calls.map((call) => ({ jsonrpc: '2.0', id: ++lastId, ...call }));
    const payload = requests.length === 1 ? requests[0] : requests;
    const answer = await limited(() => unlessAborted(connection.post(payload), signal));
    if (requests.length > 1 && !Array.isArray(answer)) throw new BatchRefused();
    const raws = (Array.isArray(answer) ? answer : [answer]) as RawAnswer[];
    const byId = new Map(raws.map((raw) => [raw.id, raw]));
    const isBusy = requests.some(({ id, method }) => limitIn(byId.get(id) as JsonRpcAnswer | undefined, method) !== undefined);
    if (isBusy) throw connection.unreachable('it asks for fewer requests');
    return requests.map(({ id }) => answerOf(byId.get(id)));
  };

  const patiently = (calls: readonly RpcCall[], signal: AbortSignal): Promise<readonly RpcAnswer[]> =>
    retry(
      () => post(calls, signal),
      (error, milliseconds) => isHoldfastError(error, 'RPC_UNREACHABLE') && milliseconds < patienceMilliseconds,
      signal,
    );

  const split = async (calls: readonly RpcCall[], signal: AbortSignal): Promise<readonly RpcAnswer[]> => {
    if (calls.length > size) {
      const parts = Array.from({ length: Math.ceil(calls.length / size) }, (_, part) => calls.slice(part * size, (part + 1) * size));
      return (await Promise.all(parts.map((part) => split(part, signal)))).flat();
    }
    try {
      return await patiently(calls, signal);
    } catch (error) {
      const tooMuch = error instanceof BatchRefused || isHoldfastError(error, 'RPC_REFUSED');
      if (!tooMuch || calls.length === 1) throw error;
      size = Math.max(1, Math.min(size, Math.floor(calls.length / 2)));
      return split(calls, signal);
    }
  };

  const batch: BatchRpc['batch'] = async (calls, signal) => (calls.length === 0 ? [] : split(calls, signal));

  return {
    name: connection.name,
    batch,
    call: async (method, params, signal) => {
      const [answer] = await batch([{ method, params }], signal);
      if (answer !== undefined && 'result' in answer) return answer.result;
      throw new HoldfastError('RPC_REFUSED', { url: connection.name, method, reason: answer?.error ?? 'no answer' });
    },
  };
};
