import type { JsonRpcPayload } from 'ethers';
import type { RpcEndpoint } from './endpoint.js';
import type { RpcAnswer } from './answer.js';

/** What nodes say to a transaction that they have. */
export const ALREADY_KNOWN = /already known|already imported|known transaction/i;

const isTaken = (answer: RpcAnswer): boolean => answer.error === undefined || ALREADY_KNOWN.test(answer.error.message ?? '');

/**
 * Hands one signed transaction to all of `endpoints`: it can be mined once, whoever has it. The first that takes it answers, and
 * the others go on unheard. If none does, the word of the first in order counts; RPC_UNREACHABLE when none says anything.
 */
export const broadcastTo = async (endpoints: readonly RpcEndpoint[], payload: JsonRpcPayload): Promise<RpcAnswer> => {
  const hand = async (endpoint: RpcEndpoint): Promise<RpcAnswer> => {
    const [answer] = await endpoint.hand([payload]);
    if (answer === undefined) throw endpoint.fail(`it did not answer ${payload.method}`);
    return answer;
  };
  const handed = endpoints.map(hand);
  const taken = handed.map(async (answer) => {
    const found = await answer;
    if (!isTaken(found)) throw new Error('refused');
    return found;
  });
  try {
    return await Promise.any(taken);
  } catch {
    const outcomes = await Promise.allSettled(handed);
    const refusal = outcomes.find((outcome) => outcome.status === 'fulfilled');
    if (refusal !== undefined) return refusal.value;
    throw (outcomes[0] as PromiseRejectedResult).reason;
  }
};
