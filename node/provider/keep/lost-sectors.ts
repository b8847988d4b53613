import { causesOf } from '../../core/errors/causes.js';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Serial } from '../../core/tasks/serial.js';
import type { DealId, Hash } from '../../core/units.js';
import type { Metrics } from '../../ports/metrics.js';
import type { ProviderJournal } from '../../ports/journal.js';
import type { SectorStore } from '../../ports/sector-store.js';
import type { Log } from '../../ports/world.js';
import { readVerified } from './sector-crown.js';

/** Sectors that deals count on and the disk does not give: never served, never signed for, until their renter uploads them again. */
export interface LostSectors {
  readonly roots: ReadonlySet<Hash>;
  /** Those that `deal` counted on when they were found to be lost: a deal takes no lost one in. */
  of(deal: DealId): ReadonlySet<Hash>;
  /** Compares journal and disk, without reading sectors. One alarm for all that is missing, whenever it is asked. */
  compare(): Promise<void>;
  /** A sector could not be read: looks again, moves what is rotten aside, and alarms the first time. Whether it is lost. */
  examine(root: Hash): Promise<boolean>;
  /** It was stored again. */
  healed(root: Hash): void;
}

export interface LostSectorsOptions {
  readonly store: SectorStore;
  readonly journal: ProviderJournal;
  /** By root of a sector. */
  readonly locks: Serial;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What losing these deals costs; facts of the alarm. */
  readonly costs: (deals: readonly DealId[]) => Promise<object>;
}

/** Whether an error says that the bytes are gone or wrong, and not that they cannot be had just now. */
const isLoss = (error: unknown): boolean =>
  isHoldfastError(error, 'SECTOR_ROTTEN', 'SECTOR_CORRUPT', 'SECTOR_MISSING') ||
  [...causesOf(error)].some((cause) => 'code' in cause && cause.code === 'EIO');

/** Lost sectors that are looked up one by one. */
const FEW = 1_024;

/** Roots that the disk is asked about at once. */
const PORTION = 4_096;

const NONE: ReadonlySet<Hash> = new Set();

const REMEDY = 'its renter sends it again with "holdfast renter run"; restore the file if you have a copy, or give the deals up';

export const createLostSectors = ({ store, journal, locks, log, metrics, costs }: LostSectorsOptions): LostSectors => {
  const roots = new Set<Hash>();
  const byDeal = new Map<DealId, Set<Hash>>();

  const remember = (root: Hash, deal: DealId): void => {
    roots.add(root);
    const own = byDeal.get(deal) ?? new Set();
    byDeal.set(deal, own.add(root));
  };
  const forget = (root: Hash): void => {
    roots.delete(root);
    for (const [deal, own] of byDeal) if (own.delete(root) && own.size === 0) byDeal.delete(deal);
  };

  /** Tells `each` of the deals that name what is lost. */
  const forDealsNaming = async (lost: ReadonlySet<Hash>, each: (root: Hash, deal: DealId) => void): Promise<void> => {
    if (lost.size > FEW) for await (const { deal, root } of journal.named()) if (lost.has(root)) each(root, deal);
    if (lost.size <= FEW) for (const root of lost) for (const deal of await journal.dealsNaming(root)) each(root, deal);
  };

  /** Roots that something names and the disk lacks. Of what is there no more than a portion is held in memory. */
  const absentNamed = async (): Promise<Set<Hash>> => {
    const missing = new Set<Hash>();
    let portion = new Set<Hash>();
    const look = async (): Promise<void> => {
      for (const root of await store.absent(portion)) missing.add(root);
      portion = new Set();
    };
    for await (const { root } of journal.named()) if (portion.add(root).size >= PORTION) await look();
    await look();
    return missing;
  };

  const costsOf = (deals: readonly DealId[]): Promise<object> => costs(deals).catch(() => ({}));

  const failureOf = (root: Hash): Promise<unknown> =>
    readVerified(store, root).then(
      () => undefined,
      (error: unknown) => error,
    );

  const examine = async (root: Hash): Promise<boolean> => {
    const error = await failureOf(root);
    if (!isLoss(error)) {
      if (error === undefined) forget(root);
      return false;
    }
    const deals = await journal.dealsNaming(root);
    // Dropped meanwhile: nobody counts on it any more.
    if (deals.length === 0) return false;
    // Missing it is in any case: that must be known and alarmed.
    if (!isHoldfastError(error, 'SECTOR_MISSING'))
      await store.quarantine(root).catch((cause: unknown) => log.warn('quarantine-failed', { root, error: cause }));
    if (roots.has(root)) return true;
    for (const deal of deals) remember(root, deal);
    metrics.count('holdfast_sectors_lost_total');
    log.alarm('sector-lost', { root, deals, error, ...(await costsOf(deals)), remedy: REMEDY });
    return true;
  };

  return {
    roots,
    of: (deal) => byDeal.get(deal) ?? NONE,
    compare: async () => {
      const before = [...roots];
      const missing = await absentNamed();
      // The index says nothing of what went while the store was open.
      for (const root of before) if (!missing.has(root) && (await store.has(root))) forget(root);
      if (missing.size === 0) return;
      metrics.add('holdfast_sectors_lost_total', [...missing].filter((root) => !roots.has(root)).length);
      const naming = new Set<DealId>();
      await forDealsNaming(missing, (root, deal) => {
        remember(root, deal);
        naming.add(deal);
      });
      const deals = [...naming];
      const facts = { count: missing.size, roots: [...missing].slice(0, 10), deals };
      log.alarm('sectors-missing', { ...facts, ...(await costsOf(deals)), remedy: REMEDY });
    },
    examine: (root) => locks(root, () => examine(root)),
    healed: forget,
  };
};
