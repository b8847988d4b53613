import type { DiskRoom } from '../../ports/disk.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Clock, EventName, Log } from '../../ports/world.js';

/** Looks at the room on the disk, so that the operator hears of it before a proof does. */
export interface DiskWatch {
  /** Events that were alarmed and are not over. */
  readonly troubles: readonly EventName[];
  /** Looks once. Each alarm goes off once, until what it says is over. */
  look(): Promise<void>;
  /** Looks again and again, until the signal. */
  run(signal: AbortSignal): Promise<void>;
}

export interface DiskWatchOptions {
  readonly disk: DiskRoom;
  /** Bytes free under which no sector is taken in. */
  readonly floor: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds between two looks. */
  readonly every?: number;
}

export const createDiskWatch = ({ disk, floor, clock, log, metrics, every = 10_000 }: DiskWatchOptions): DiskWatch => {
  let low = false;
  let used = false;

  const tellReserve = (): void => {
    if (used === !disk.whole) return;
    used = !disk.whole;
    if (used) log.alarm('disk-full', { remedy: 'free some space: the reserve is in use, and once it is gone proofs stop' });
    else log.info('disk-reserved');
  };

  const look = async (): Promise<void> => {
    tellReserve();
    const free = await disk.free();
    metrics.set('holdfast_disk_free_bytes', free);
    if (free >= floor !== !low) {
      low = !low;
      if (low) log.alarm('disk-low', { free, floor, remedy: 'free some space: no sector is taken in before' });
      else log.info('disk-roomy', { free, floor });
    }
    await disk.restore();
    tellReserve();
  };

  return {
    get troubles() {
      return [...(used ? (['disk-full'] as const) : []), ...(low ? (['disk-low'] as const) : [])];
    },
    look,
    run: async (signal) => {
      while (!signal.aborted) {
        await look().catch((error: unknown) => log.warn('disk-unreadable', { error }));
        await clock.sleep(every, signal).catch(() => undefined);
      }
    },
  };
};
