import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { SECTOR_BYTES, type DealId, type Hash } from '../../core/units.js';
import type { ProviderJournal, SectorStore } from '../../ports/store.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Clock, Log } from '../../ports/world.js';
import { namedRoots } from './housekeeper.js';
import type { ProviderPolicy } from '../policy.js';
import { readVerified } from './sector-cache.js';

export interface ScrubOptions {
  readonly store: SectorStore;
  readonly journal: ProviderJournal;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: Pick<ProviderPolicy, 'scrubBytesPerSecond' | 'scrubPause'>;
}

/** What one pass over all promised sectors found. */
export interface ScrubReport {
  readonly sectors: number;
  readonly bytes: number;
  /** Roots whose bytes are gone or wrong. */
  readonly lost: readonly Hash[];
}

const dealsNaming = async (journal: ProviderJournal, root: Hash): Promise<DealId[]> => {
  const deals: DealId[] = [];
  for await (const { id } of journal.deals()) if (await journal.holds(id, root)) deals.push(id);
  return deals;
};

/**
 * Reads every sector that a deal counts on, slowly, and checks its root. A lost one is an alarm that names the deals: whether
 * to restore or to forfeit them is the operator's decision.
 */
export const scrubOnce = async (
  { store, journal, clock, log, metrics, policy }: ScrubOptions,
  signal: AbortSignal,
): Promise<ScrubReport> => {
  const lost: Hash[] = [];
  let bytes = 0;
  const roots = await namedRoots(journal);
  for (const root of roots) {
    let read: number = SECTOR_BYTES;
    try {
      read = (await readVerified(store, root, signal)).count * 32;
      bytes += read;
    } catch (error) {
      signal.throwIfAborted();
      const deals = await dealsNaming(journal, root);
      // Dropped while the pass was on its way: nobody counts on it any more.
      const dropped = deals.length === 0 && isHoldfastError(error, 'SECTOR_MISSING');
      if (!dropped) {
        lost.push(root);
        metrics.count('holdfast_sectors_lost_total');
        log.alarm('sector-lost', { root, deals, error });
      }
    }
    await clock.sleep(Math.ceil((read * 1000) / policy.scrubBytesPerSecond), signal);
  }
  return { sectors: roots.size, bytes, lost };
};

/** Scrubs for ever, until the signal. A pass that fails as a whole is tried again after the pause. */
export const runScrub = async (options: ScrubOptions, signal: AbortSignal): Promise<void> => {
  const { clock, log, metrics, policy } = options;
  while (!signal.aborted) {
    try {
      const { sectors, bytes, lost } = await scrubOnce(options, signal);
      metrics.count('holdfast_scrubs_total', { outcome: 'done' });
      log.info('scrub-done', { sectors, bytes, lost: lost.length });
      await clock.sleep(policy.scrubPause, signal);
    } catch (error) {
      if (signal.aborted) return;
      metrics.count('holdfast_scrubs_total', { outcome: 'failed' });
      log.warn('scrub-failed', { error });
      await clock.sleep(policy.scrubPause, signal).catch(() => undefined);
    }
  }
};
