import type { Rpc } from '../../node/chain/rpc/rpc.js';
import { isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import type { Ask } from './ignition/ignition-provider.js';

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Asks `rpc`, again while it is out of reach and its patience lasts (RPC_UNREACHABLE). What the chain's node refuses is thrown as it came. */
export const askOf =
  (rpc: Rpc, signal: AbortSignal): Ask =>
  async (method, params) => {
    const outcome = await rpc.read(async (): Promise<Outcome> => {
      try {
        return { value: await rpc.provider.send(method, [...params]) };
      } catch (error) {
        if (isHoldfastError(error)) throw error;
        return { error };
      }
    }, signal);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  };

/** What a node said when it refused a request. */
export const refusalText = (error: unknown): string => {
  const {
    info,
    error: inner,
    shortMessage,
    message,
  } = error as {
    info?: { error?: { message?: string } };
    error?: { message?: string };
    shortMessage?: string;
    message?: string;
  };
  return info?.error?.message ?? inner?.message ?? shortMessage ?? message ?? String(error);
};
