import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { BlockNumber } from '../../core/units.js';
import { createEventCursor, type CursorSource, type CursorStore, type Waypoint } from '../index/event-cursor.js';
import { pause } from '../../core/tasks/waiting.js';
import type { LedgerRecord } from './decode.js';

/** What a reader of the history is told: records in order; which of those it was told a reorganization undid; the block reached. */
export type LedgerNews =
  | { readonly kind: 'record'; readonly record: LedgerRecord }
  | { readonly kind: 'undone'; readonly record: LedgerRecord }
  | { readonly kind: 'reached'; readonly waypoint: Waypoint };

export interface FeedOptions {
  readonly source: CursorSource<LedgerRecord>;
  /** First block to read. */
  readonly start: BlockNumber;
  /** Most blocks in one query of events. Default 2,000. */
  readonly rangeBlocks?: number;
  /** Goes on until the signal aborts, looking for new blocks every so many milliseconds. */
  readonly followMilliseconds?: number | undefined;
  /** Records told last that a reorganization can still undo by name. Default 10,000. */
  readonly remembered?: number;
  readonly signal: AbortSignal;
}

const memoryStore = (): CursorStore => {
  let way: readonly Waypoint[] = [];
  return {
    load: async () => way,
    save: async (next) => {
      way = next;
    },
  };
};

/** Runs `work`; a follower waits until an RPC that went away is back. */
const patiently = async <T>(work: () => Promise<T>, followMilliseconds: number | undefined, signal: AbortSignal): Promise<T> => {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (followMilliseconds === undefined || !isHoldfastError(error, 'RPC_UNREACHABLE')) throw error;
      await pause(followMilliseconds, signal);
    }
  }
};

/** Reads the history, each record once. With `followMilliseconds` it ends, without an error, when the signal aborts. */
export async function* ledgerFeed(options: FeedOptions): AsyncGenerator<LedgerNews> {
  const { source, start, rangeBlocks, followMilliseconds, remembered = 10_000, signal } = options;
  const cursor = await createEventCursor({ source, store: memoryStore(), start, ...(rangeBlocks === undefined ? {} : { rangeBlocks }) });
  let told: readonly LedgerRecord[] = [];
  let doubtful: readonly LedgerRecord[] = [];
  try {
    for (;;) {
      const step = await patiently(async () => cursor.next(signal), followMilliseconds, signal);
      if (step === undefined) {
        // Everything is read: what is still in doubt lay in blocks that are gone.
        for (const record of doubtful.toReversed()) yield { kind: 'undone', record };
        doubtful = [];
        if (followMilliseconds === undefined) return;
        await pause(followMilliseconds, signal);
        continue;
      }
      await cursor.commit(step);
      if (step.kind === 'rewind') {
        doubtful = [...told.filter(({ block }) => block > step.to), ...doubtful];
        told = told.filter(({ block }) => block <= step.to);
        continue;
      }
      // What was rewound and is there again was never undone.
      const now = new Set(step.events.map(({ hash }) => hash));
      const inDoubt = doubtful.filter(({ block }) => block <= step.waypoint.block);
      for (const record of inDoubt.filter(({ hash }) => !now.has(hash)).toReversed()) yield { kind: 'undone', record };
      const before = new Set(doubtful.map(({ hash }) => hash));
      for (const record of step.events) if (!before.has(record.hash)) yield { kind: 'record', record };
      doubtful = doubtful.filter(({ block }) => block > step.waypoint.block);
      told = [...told, ...step.events].slice(-remembered);
      yield { kind: 'reached', waypoint: step.waypoint };
    }
  } catch (error) {
    if (followMilliseconds === undefined || !signal.aborted) throw error;
  }
}
