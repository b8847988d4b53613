import { isError } from 'ethers';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Log } from '../../ports/world.js';
import { revertIn } from './revert.js';
import { retry } from '../../core/tasks/retry.js';
import { unlessAborted } from '../../core/tasks/waiting.js';

/** Two ways to run a call. Everything that they reject with is coded. */
export interface RpcCalls {
  /** Runs `call`, again with growing pauses while the RPC is unreachable and patience lasts. */
  read<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Runs `call` once. RPC_UNREACHABLE, RPC_REFUSED, or the coded error of a revert. */
  once<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface RpcCallsOptions {
  /** The endpoint that answers, for people. */
  readonly name: () => string;
  /** Whether a read that has gone on for so many milliseconds is tried again. */
  readonly isWorthAnother: (error: HoldfastError, milliseconds: number) => boolean;
  readonly log: Log | undefined;
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

/** Reads are tried again while the RPC is unreachable and less than `patience` milliseconds have passed. */
export const whileUnreachable =
  (patience: number): RpcCallsOptions['isWorthAnother'] =>
  (error, milliseconds) =>
    error.code === 'RPC_UNREACHABLE' && milliseconds < patience;

export const createCalls = ({ name, isWorthAnother, log }: RpcCallsOptions): RpcCalls => {
  const once: RpcCalls['once'] = async (call, signal) => {
    try {
      return await unlessAborted(call(), signal);
    } catch (error) {
      if (isHoldfastError(error) || (signal?.aborted && error === signal.reason)) throw error;
      const facts = { url: name(), method: methodOf(error), reason: reasonOf(error) };
      throw revertIn(error) ?? new HoldfastError('RPC_REFUSED', facts, { cause: error });
    }
  };
  const read: RpcCalls['read'] = (call, signal) =>
    retry(
      () => once(call, signal),
      (error, milliseconds, failures) => {
        if (!isHoldfastError(error) || !isWorthAnother(error, milliseconds)) return false;
        if (failures === 0 && error.code === 'RPC_UNREACHABLE') log?.warn('rpc-unreachable', { ...error.data });
        return true;
      },
      signal,
    );
  return { once, read };
};
