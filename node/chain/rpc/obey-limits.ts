import { pause } from '../../core/tasks/waiting.js';
import type { Log } from '../../ports/world.js';
import type { RpcAnswer } from './answer.js';
import type { Post } from './ethers-provider.js';
import type { HttpConnection } from './http-connection.js';
import { limitIn, limitOf, RateLimited } from './rate-limit.js';

export interface LimitOptions {
  readonly connection: Pick<HttpConnection, 'name' | 'unreachable'>;
  /** Longest rest that is kept, milliseconds: whoever asks for more is asked again then. */
  readonly limitMilliseconds: number;
  readonly log: Log | undefined;
  readonly signal: AbortSignal;
}

/**
 * Carries calls by `post` to the one endpoint there is, and waits with them while it wants rest: a call then comes late, and not
 * in vain. RPC_UNREACHABLE for the one that met the limit: it is worth another try.
 */
export const obeyLimits = (post: Post, { connection, limitMilliseconds, log, signal }: LimitOptions): Post => {
  let restsUntil = 0;
  const rest = (wanted: number): void => {
    const milliseconds = Math.min(wanted, limitMilliseconds);
    restsUntil = Math.max(restsUntil, Date.now() + milliseconds);
    log?.warn('rpc-limited', { url: connection.name, milliseconds });
  };
  return async (payload) => {
    for (let left = restsUntil - Date.now(); left > 0 && !signal.aborted; left = restsUntil - Date.now())
      await pause(left, signal).catch(() => undefined);
    try {
      const answer = await post(payload);
      const methods = new Map([payload].flat().map(({ id, method }) => [id, method]));
      for (const one of [answer].flat() as (RpcAnswer | null)[]) {
        const wanted = limitIn(one, methods.get(one?.id ?? 0) ?? '');
        const reason = one?.error?.message ?? 'it was asked too much';
        if (wanted !== undefined) throw connection.unreachable(reason, new RateLimited(reason, wanted));
      }
      return answer;
    } catch (error) {
      const limit = limitOf(error);
      if (limit !== undefined) rest(limit.milliseconds);
      throw error;
    }
  };
};
