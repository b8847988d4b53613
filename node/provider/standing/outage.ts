import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { unlessAborted } from '../../core/tasks/waiting.js';
import type { Clock } from '../../ports/world.js';

/** Answers what the chain is asked, or memory while no RPC answers. */
export interface Outage {
  /**
   * What `ask` resolves with. Once that takes too long, or ends in RPC_UNREACHABLE, and until the chain has answered anybody again, what
   * `recall` has, where it has something.
   */
  through<Answer>(ask: (signal: AbortSignal) => Promise<Answer>, recall: () => Answer | undefined, signal: AbortSignal): Promise<Answer>;
}

/** @param patience Milliseconds for which the first answer is waited for. */
export const createOutage = (clock: Clock, patience: number): Outage => {
  let isGone = false;
  let asked = 0;

  /** Asks whoever waits for it, and finds out whether the chain is there. */
  const probe = async <Answer>(ask: (signal: AbortSignal) => Promise<Answer>, signal: AbortSignal): Promise<Answer> => {
    asked++;
    try {
      const answer = await ask(signal);
      isGone = false;
      return answer;
    } catch (error) {
      if (!signal.aborted) isGone = isHoldfastError(error, 'RPC_UNREACHABLE');
      throw error;
    } finally {
      asked--;
    }
  };

  return {
    through: async (ask, recall, signal) => {
      const known = recall();
      if (known === undefined) return probe(ask, signal);
      if (isGone && asked > 0) return known;
      // It goes on for the next, whatever becomes of this request.
      const asking = probe(ask, new AbortController().signal);
      asking.catch(() => undefined);
      if (isGone) return known;
      const done = new AbortController();
      const late = clock.sleep(patience, AbortSignal.any([signal, done.signal])).then(() => {
        isGone = true;
        return recall();
      });
      late.catch(() => undefined);
      try {
        return (await Promise.race([asking, late])) ?? (await unlessAborted(asking, signal));
      } catch (error) {
        const remembered = isHoldfastError(error, 'RPC_UNREACHABLE') ? recall() : undefined;
        if (remembered === undefined) throw error;
        return remembered;
      } finally {
        done.abort();
      }
    },
  };
};
