import type { Clock } from '../ports/world.js';
import { asError } from '../core/errors/coded.js';
import type { Wei } from '../core/units.js';
import type { Renter } from '../renter/renter.js';
import type { TaskOptions } from '../renter/context.js';
import type { HealResult } from '../renter/repair/heal.js';
import type { RenewOptions, RenewResult } from '../renter/upkeep/renew-deals.js';
import type { TidyOptions, TidyResult } from '../renter/upkeep/tidy-deals.js';
import { openRenter } from './renter-session.js';
import type { Settings } from './settings/config.js';

/** What one round of looking after stored files found and did. */
export interface Round {
  /** What was ended, posted and withdrawn; undefined if that failed. */
  readonly tidying: TidyResult | undefined;
  /** What lasts longer now; undefined if that failed. */
  readonly renewal: RenewResult | undefined;
  /** Undefined if it failed, and in a dry run: only asking providers tells what they lost, and what is made anew is sent at once. */
  readonly healing: HealResult | undefined;
  /** Why parts of the round failed as a whole: for want of coin others go on. */
  readonly errors: readonly Error[];
}

export interface RoundOptions extends TaskOptions, Pick<RenewOptions, 'ahead' | 'periods' | 'dryRun'>, Pick<TidyOptions, 'withdrawFrom'> {
  /** Most token wei to be paid for renewals within 30 days. */
  readonly budget: Wei;
  /** Most token wei to be promised for reading what is left of what was lost. */
  readonly maxEgress?: Wei | undefined;
  readonly signal: AbortSignal;
}

/**
 * One round: deals are brought in order, those that end soon are renewed, and what providers lost is made anew. The catalogue is this process's own
 * meanwhile, and nobody's between rounds.
 */
export const performRound = async (settings: Settings, password: () => Promise<string>, options: RoundOptions): Promise<Round> => {
  await using session = await openRenter(settings, password, options.signal);
  return await lookAfter(session.renter, options);
};

/** The three parts, each for itself; rejects if all of them fail. */
export const lookAfter = async (renter: Pick<Renter, 'tidy' | 'renew' | 'heal'>, options: RoundOptions): Promise<Round> => {
  const errors: Error[] = [];
  const attempt = async <Result>(part: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await part();
    } catch (error) {
      options.signal.throwIfAborted();
      errors.push(asError(error));
      return undefined;
    }
  };
  const tidying = await attempt(() => renter.tidy(options));
  const renewal = await attempt(() => renter.renew(options));
  const healing = options.dryRun ? undefined : await attempt(() => renter.heal(options));
  const [first] = errors;
  if (first && (tidying ?? renewal ?? healing) === undefined) throw first;
  return { tidying, renewal, healing, errors };
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
