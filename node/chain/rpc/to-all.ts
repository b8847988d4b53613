import type { JsonRpcPayload } from 'ethers';
import type { RpcAnswer } from './answer.js';
import type { RpcEndpoint } from './endpoint.js';
import { sayingOf, type Saying } from './sending.js';

/** The less is known, the sooner it counts. */
const DOUBT: readonly Saying[] = ['unknown', 'underpriced', 'nonce-used', 'refused'];

const saysOf = ({ error }: RpcAnswer): Saying => (error === undefined ? 'accepted' : sayingOf(error));

const handTo = async (endpoint: RpcEndpoint, payload: JsonRpcPayload): Promise<RpcAnswer> => {
  const [answer] = await endpoint.hand([payload]);
  if (answer === undefined) throw endpoint.fail(`it did not answer ${payload.method}`);
  return answer;
};

/** The first of `answers` that `isWanted`; if there is none, how each ended. */
const firstOr = async (answers: readonly Promise<RpcAnswer>[], isWanted: (answer: RpcAnswer) => boolean) => {
  const wanted = answers.map(async (answer) => {
    const found = await answer;
    if (!isWanted(found)) throw new Error('not wanted');
    return found;
  });
  try {
    return { found: await Promise.any(wanted), outcomes: [] };
  } catch {
    return { found: undefined, outcomes: await Promise.allSettled(answers) };
  }
};

/** All answers. Rejects like the first that has none. */
const allOf = (outcomes: readonly PromiseSettledResult<RpcAnswer>[]): RpcAnswer[] =>
  outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });

/**
 * Hands one signed transaction to all of `endpoints`: it can be mined once, whoever has it. The first that takes it answers, and
 * the others go on unheard. If none does, the answer is the one that leaves most open, and RPC_UNREACHABLE where one said nothing: it
 * may have it all the same.
 */
export const broadcastTo = async (endpoints: readonly RpcEndpoint[], payload: JsonRpcPayload): Promise<RpcAnswer> => {
  const handed = endpoints.map(async (endpoint) => handTo(endpoint, payload));
  const { found, outcomes } = await firstOr(handed, (answer) => saysOf(answer) === 'accepted');
  if (found !== undefined) return found;
  const [first, ...others] = allOf(outcomes);
  if (first === undefined) throw new RangeError('nobody was asked');
  return others.reduce((most, answer) => (DOUBT.indexOf(saysOf(answer)) < DOUBT.indexOf(saysOf(most)) ? answer : most), first);
};

/** Asks all of `endpoints` for a transaction: who has it answers. Null only if none has it, RPC_UNREACHABLE where one said nothing. */
export const searchIn = async (endpoints: readonly RpcEndpoint[], payload: JsonRpcPayload): Promise<RpcAnswer> => {
  const asked = endpoints.map(async (endpoint) => (await endpoint.ask([payload]))[0] as RpcAnswer);
  const { found, outcomes } = await firstOr(asked, ({ result }) => result !== undefined && result !== null);
  if (found !== undefined) return found;
  const answers = allOf(outcomes);
  return answers.find(({ error }) => error !== undefined) ?? (answers[0] as RpcAnswer);
};
