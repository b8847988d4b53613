import { LEAF_BYTES, SECTOR_BYTES, type Hash } from '../../core/units.js';
import type { ProviderJournal } from '../../ports/journal.js';
import type { SectorStore } from '../../ports/sector-store.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Clock, Log } from '../../ports/world.js';
import type { LostSectors } from './lost-sectors.js';
import type { ProviderPolicy } from '../policy.js';
import { readVerified } from './sector-crown.js';

export interface ScrubOptions {
  readonly store: SectorStore;
  readonly journal: ProviderJournal;
  /** Told of what cannot be read. */
  readonly lost: Pick<LostSectors, 'roots' | 'compare' | 'examine'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: Pick<ProviderPolicy, 'scrubBytesPerSecond' | 'scrubDays' | 'scrubPause'>;
}

/** What one pass over all promised sectors found. */
export interface ScrubReport {
  readonly sectors: number;
  readonly bytes: number;
  /** Roots whose bytes are gone or wrong. */
  readonly lost: readonly Hash[];
}

const DAY = 86_400_000;

/** Bytes a second that pass `held` bytes once in the days that a pass may take, its pause not counted. */
export const scrubRate = (held: number, { scrubBytesPerSecond, scrubDays, scrubPause }: ScrubOptions['policy']): number =>
  Math.max(scrubBytesPerSecond, (held * 1000) / Math.max(1, scrubDays * DAY - scrubPause));

/**
 * Reads every sector that a deal counts on, as slowly as it may, and checks its root. What is lost is moved aside and alarmed, with the deals
 * and what they can cost: whether to restore or to forfeit them is the operator's decision.
 */
export const scrubOnce = async (options: ScrubOptions, signal: AbortSignal): Promise<ScrubReport> => {
  const { store, journal, clock, policy } = options;
  const lost: Hash[] = [];
  let bytes = 0;
  await options.lost.compare();
  const before = new Set(options.lost.roots);
  lost.push(...before);
  let sectors = before.size;
  let due = clock.now();
  for await (const { root } of store.list()) {
    if (before.has(root) || !(await journal.names(root))) continue;
    sectors += 1;
    let read: number = SECTOR_BYTES;
    try {
      read = (await readVerified(store, root, signal)).leaves * LEAF_BYTES;
      bytes += read;
    } catch {
      signal.throwIfAborted();
      if (await options.lost.examine(root)) lost.push(root);
    }
    due += (read * 1000) / scrubRate(store.bytesUsed, policy);
    await clock.sleep(Math.max(0, Math.ceil(due - clock.now())), signal);
  }
  return { sectors, bytes, lost };
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
