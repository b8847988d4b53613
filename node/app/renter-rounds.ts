import type { Clock } from '../ports/world.js';
import type { HealOptions, HealResult } from '../renter/repair/heal.js';
import { openRenter } from './renter-session.js';
import type { Settings } from './settings/config.js';

/** What one round of looking after stored files found and did. */
export interface Round {
  readonly healing: HealResult;
}

/** One round: what is asked for, decided and done for all that is stored. The catalogue is this process's own meanwhile, and nobody's between rounds. */
export const performRound = async (
  settings: Settings,
  password: () => Promise<string>,
  options: HealOptions & { readonly signal: AbortSignal },
): Promise<Round> => {
  await using session = await openRenter(settings, password, options.signal);
  return { healing: await session.renter.heal(options) };
};

export interface RoundsOptions {
  readonly perform: (signal: AbortSignal) => Promise<Round>;
  readonly onRound: (round: Round) => void;
  /** A round failed as a whole; the next one comes all the same. */
  readonly onFailure: (error: unknown) => void;
  /** Milliseconds from the end of one round to the next. */
  readonly pause: number;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly signal: AbortSignal;
}

/** Round after round, until the signal. */
export const runRounds = async ({ perform, onRound, onFailure, pause, clock, signal }: RoundsOptions): Promise<void> => {
  while (!signal.aborted) {
    try {
      onRound(await perform(signal));
    } catch (error) {
      if (!signal.aborted) onFailure(error);
    }
    await clock.sleep(pause, signal).catch(() => undefined);
  }
};
