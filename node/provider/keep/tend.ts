import type { SectorStore } from '../../ports/store.js';
import type { Clock, Log } from '../../ports/world.js';
import type { ProviderPolicy } from '../policy.js';
import type { LostSectors } from './lost-sectors.js';

export interface TendOptions {
  readonly store: Pick<SectorStore, 'tend'>;
  /** Asked what deals lose by what is missing. */
  readonly lost: Pick<LostSectors, 'compare'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: Pick<ProviderPolicy, 'tendPause' | 'scrubPause'>;
}

/** Keeps the store in order, part by part, until the signal: what is found missing is alarmed at once, and what else a round finds at its end. */
export const runTending = async ({ store, lost, clock, log, policy }: TendOptions, signal: AbortSignal): Promise<void> => {
  /** Found in this round: some, and some of which nothing was said yet. */
  let [found, untold] = [false, false];

  const tend = async (): Promise<number> => {
    const { missing, done } = await store.tend();
    untold ||= missing.length > 0;
    if (untold && (done || !found)) {
      await lost.compare();
      [found, untold] = [true, false];
    }
    if (done) found = false;
    return done ? policy.scrubPause : policy.tendPause;
  };

  while (!signal.aborted) {
    const pause = await tend().catch((error: unknown) => {
      log.warn('tending-failed', { error });
      return policy.scrubPause;
    });
    await clock.sleep(pause, signal).catch(() => undefined);
  }
};
