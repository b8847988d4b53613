import type { ChaosWorld } from './world/world.js';

/** Something that goes wrong around a provider's daemon. */
export interface Fault {
  readonly name: string;
  /** RPCs that the daemon has. Default 1. */
  readonly rpcs?: 1 | 2;
  /** Takes minutes: only in long runs. */
  readonly long?: boolean;
  /** Whether this machine lets it happen; it is left out, with a word, where not. Default: it does. */
  readonly isPossible?: () => boolean;
  /** Lets it happen. Rejects if it did not happen, or if the daemon did not come through. */
  run(world: ChaosWorld, signal: AbortSignal): Promise<void>;
}

/** Throws `what` unless `holds`: a fault that did not happen shows nothing. */
export const insist = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};
