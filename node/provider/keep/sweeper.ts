import type { SectorRef } from '../../core/data/data-set.js';
import type { Hash } from '../../core/units.js';
import type { PendingSector, ProviderJournal } from '../../ports/journal.js';
import type { SectorStore } from '../../ports/sector-store.js';
import type { Clock } from '../../ports/world.js';
import type { ProviderPolicy } from '../policy.js';
import { decideOrphans, decideStale } from './decide-pruning.js';

export interface SweeperOptions {
  readonly store: Pick<SectorStore, 'list'>;
  readonly journal: Pick<ProviderJournal, 'pending' | 'names'>;
  readonly clock: Clock;
  readonly policy: Pick<ProviderPolicy, 'pendingTtl'>;
  /** Takes a sector off the list of those that wait. */
  readonly drop: (waiting: PendingSector) => Promise<void>;
  /** Deletes a sector that nothing names. */
  readonly remove: (root: Hash) => Promise<void>;
}

/** Goes in rounds through the sectors that wait and then those on disk, and takes away what nobody came for in time. */
export interface Sweeper {
  /** Looks at a bounded part of them. Whether the round is over. */
  step(): Promise<boolean>;
}

/** Sectors that are looked at in one step, of those that wait and of those on disk: proofs wait for it. */
export const LOOKED_AT_ONCE = 1_024;
/** Waiting ones that a step drops at most, each a synchronous write. */
const DROPPED_AT_ONCE = 256;

interface Round {
  /** Sectors that wait were looked at up to this one. */
  after?: PendingSector | undefined;
  waitingDone: boolean;
  readonly stored: AsyncIterator<SectorRef>;
  /** When each root that nothing names was first seen so. */
  readonly seen: Map<Hash, number>;
}

export const createSweeper = ({ store, journal, clock, policy: { pendingTtl }, drop, remove }: SweeperOptions): Sweeper => {
  let round: Round | undefined;
  let orphans: ReadonlyMap<Hash, number> = new Map();

  const begin = (): Round => ({ waitingDone: false, stored: store.list()[Symbol.asyncIterator](), seen: new Map() });

  const lookAtWaiting = async (now: Round): Promise<void> => {
    const portion: PendingSector[] = [];
    for await (const waiting of journal.pending(now.after)) if (portion.push(waiting) === LOOKED_AT_ONCE) break;
    const stale = decideStale(portion, clock.now(), pendingTtl);
    for (const waiting of stale.slice(0, DROPPED_AT_ONCE)) await drop(waiting);
    const isAll = stale.length <= DROPPED_AT_ONCE;
    now.after = isAll ? (portion.at(-1) ?? now.after) : stale[DROPPED_AT_ONCE - 1];
    now.waitingDone = isAll && portion.length < LOOKED_AT_ONCE;
  };

  /** Whether there are no more. */
  const lookAtStored = async ({ stored, seen }: Round): Promise<boolean> => {
    const loose: Hash[] = [];
    let done = false;
    for (let looked = 0; looked < LOOKED_AT_ONCE && !done; looked++) {
      const next = await stored.next();
      if (next.done === true) done = true;
      else if (!(await journal.names(next.value.root))) loose.push(next.value.root);
    }
    const decision = decideOrphans(loose, new Set(), orphans, clock.now(), pendingTtl);
    for (const [root, since] of decision.seen) seen.set(root, since);
    for (const root of decision.remove) await remove(root);
    return done;
  };

  const step = async (now: Round): Promise<boolean> => {
    if (!now.waitingDone) await lookAtWaiting(now);
    if (!now.waitingDone || !(await lookAtStored(now))) return false;
    orphans = now.seen;
    round = undefined;
    return true;
  };

  return {
    step: () => {
      round ??= begin();
      return step(round).catch((error: unknown) => {
        round = undefined;
        throw error;
      });
    },
  };
};
