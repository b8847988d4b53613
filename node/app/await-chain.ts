import { isHoldfastError } from '../core/errors/holdfast-error.js';
import { unlessAborted } from '../core/tasks/waiting.js';
import type { Clock, Log } from '../ports/world.js';

/** Errors of an RPC that may be over in an hour: anything else about the chain is a mistake in the settings. */
export const PASSING_ERRORS = ['RPC_UNREACHABLE', 'RPC_REFUSED', 'RPC_DISAGREES', 'RPC_BEHIND'] as const;

export interface AwaitChainOptions<Chain> {
  readonly connect: () => Promise<Chain>;
  /** Called with a chain that comes after `signal` has aborted. */
  readonly discard?: (chain: Chain) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Pause before try number `tries`, the first being 0, milliseconds. */
const pauseBefore = (tries: number): number => Math.min(15_000, 500 * 2 ** tries);

/**
 * Connects, again and again while no RPC serves the chain: a daemon that could not be started is the same as one that ended. Alarms
 * `chain-missing` once for each kind of error, then tells `chain-found`. Rejects with what waiting does not mend, and when `signal` aborts.
 */
export const awaitChain = async <Chain>(options: AwaitChainOptions<Chain>, signal: AbortSignal): Promise<Chain> => {
  const { connect, discard, clock, log } = options;
  const began = clock.now();
  const told = new Set<string>();
  for (let tries = 0; ; tries++) {
    const connecting = connect();
    try {
      const chain = await unlessAborted(connecting, signal);
      if (told.size > 0) log.info('chain-found', { seconds: Math.round((clock.now() - began) / 1_000) });
      return chain;
    } catch (error) {
      if (signal.aborted) void connecting.then(discard, () => undefined);
      signal.throwIfAborted();
      if (!isHoldfastError(error, ...PASSING_ERRORS)) throw error;
      if (!told.has(error.code)) log.alarm('chain-missing', { error, remedy: error.remedy });
      told.add(error.code);
      await clock.sleep(pauseBefore(tries), signal);
    }
  }
};
