import type { SectorStore } from '../../ports/sector-store.js';
import type { Clock, Log } from '../../ports/world.js';
import type { ProviderPolicy } from '../policy.js';
import type { LostSectors } from './lost-sectors.js';

export interface TendOptions {
  readonly store: Pick<SectorStore, 'tend'>;
  /** Asked what deals lose by what is missing, and told of what cannot be read. */
  readonly lost: Pick<LostSectors, 'compare' | 'examine'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: Pick<ProviderPolicy, 'tendPause' | 'scrubPause'>;
}

/** Milliseconds after which holes are looked for again while files are not looked at. */
const FILL_EVERY = 60_000;

/**
 * Keeps the store in order, part by part, until the signal: files are looked at in rounds, holes filled whenever there are some. What is
 * found missing is alarmed at once, and what else a round finds at its end.
 */
export const runTending = async ({ store, lost, clock, log, policy }: TendOptions, signal: AbortSignal): Promise<void> => {
  /** In this round something was told; something else is still to be. */
  let [told, untold] = [false, false];
  let restsUntil = -Infinity;

  const tell = async (missing: number, done: boolean): Promise<void> => {
    untold ||= missing > 0;
    if (untold && (done || !told)) {
      await lost.compare();
      [told, untold] = [true, false];
    }
    if (done) told = false;
  };

  /** Milliseconds until the next part. */
  const tend = async (): Promise<number> => {
    const rests = clock.now() < restsUntil;
    const { missing, unreadable, done, filling } = await store.tend(rests ? 'fill' : undefined);
    for (const root of unreadable) await lost.examine(root);
    await tell(missing.length, done);
    if (done && !rests) restsUntil = clock.now() + policy.scrubPause;
    return done && !filling ? Math.min(FILL_EVERY, policy.scrubPause) : policy.tendPause;
  };

  while (!signal.aborted) {
    const pause = await tend().catch((error: unknown) => {
      log.warn('tending-failed', { error });
      return FILL_EVERY;
    });
    await clock.sleep(pause, signal).catch(() => undefined);
  }
};
