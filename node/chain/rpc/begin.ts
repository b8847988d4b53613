import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Log } from '../../ports/world.js';
import { decideStart } from './decide-start.js';
import type { RpcEndpoint } from './endpoint.js';

/** What an endpoint of another chain is set aside for. */
const servesOther = (actual: bigint, expected: bigint): string => `it serves chain ${actual}, and not ${expected}`;

/** Sets `endpoint` aside, which serves `actual` where `expected` is meant, with one alarm until it has served the right chain again. */
export const setForeignAside = (endpoint: RpcEndpoint, actual: bigint, expected: bigint, log: Log | undefined): void => {
  if (!endpoint.isForeign) log?.alarm('rpc-chain-wrong', { url: endpoint.name, expected, actual });
  endpoint.isForeign = true;
  endpoint.fail(servesOther(actual, expected));
};

/**
 * Asks all of `endpoints` which chain they serve, and tells which one it is. Those that do not answer are set aside, and those of another chain
 * as well, with an alarm. WRONG_CHAIN where all answer and none serves `wanted`: that is a mistake in the settings. RPC_UNREACHABLE where
 * none that answers does, and one is silent.
 * @param wanted Without, the chain of the first that answers: all must serve it then.
 */
export const beginWith = async (endpoints: readonly RpcEndpoint[], wanted: bigint | undefined, log: Log | undefined): Promise<bigint> => {
  const outcomes = await Promise.allSettled(endpoints.map(async (endpoint) => endpoint.stand()));
  const chains = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.chainId : undefined));
  const nameAt = (place: number): string => endpoints[place]?.name ?? '';
  const decision = decideStart(chains, wanted);
  switch (decision.kind) {
    case 'refuse': {
      const { foreign, expected } = decision;
      throw new HoldfastError('WRONG_CHAIN', { url: nameAt(foreign), expected, actual: chains[foreign] ?? 0n });
    }
    case 'wait': {
      const failure: unknown = outcomes.find((outcome) => outcome.status === 'rejected')?.reason;
      const others = decision.foreign.map((place) => `${nameAt(place)} serves chain ${chains[place]}, and not ${wanted}`);
      if (others.length === 0 || !isHoldfastError(failure, 'RPC_UNREACHABLE')) throw failure;
      const { url, reason } = failure.data;
      throw new HoldfastError('RPC_UNREACHABLE', { url, reason: [reason, ...others].join('; ') }, { cause: failure });
    }
    case 'serve':
      for (const place of decision.foreign)
        setForeignAside(endpoints[place] as RpcEndpoint, chains[place] as bigint, decision.chainId, log);
      return decision.chainId;
  }
};
