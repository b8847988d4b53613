import type { ChainHead } from '../../core/market/deal.js';
import { blockNumber, type BlockNumber, type Hash } from '../../core/units.js';
import { createRangeWidth } from './log-source.js';

/** A block that was read up to, with the hash that it had. */
export interface Waypoint {
  readonly block: BlockNumber;
  readonly hash: Hash;
}

/** Where a cursor keeps its way. `save` is durable when it resolves; what the reader made of the events goes in the same write. */
export interface CursorStore {
  load(): Promise<readonly Waypoint[]>;
  save(way: readonly Waypoint[]): Promise<void>;
}

/** The chain as a cursor sees it. `events` rejects with RPC_REFUSED when a range is too wide. */
export interface CursorSource<Event> {
  head(signal?: AbortSignal): Promise<ChainHead>;
  blockHash(block: BlockNumber, signal?: AbortSignal): Promise<Hash | undefined>;
  events(from: BlockNumber, to: BlockNumber, signal?: AbortSignal): Promise<readonly Event[]>;
}

/** What to do next: take up the events of blocks `from … waypoint.block`, or forget all those of blocks above `to`. */
export type CursorStep<Event> =
  | { readonly kind: 'events'; readonly from: BlockNumber; readonly waypoint: Waypoint; readonly events: readonly Event[] }
  | { readonly kind: 'rewind'; readonly to: number };

export interface EventCursorOptions<Event> {
  readonly source: CursorSource<Event>;
  readonly store: CursorStore;
  /** First block to read. */
  readonly start: BlockNumber;
  /** Most blocks in one query; halved while the RPC refuses. Default 2,000. */
  readonly rangeBlocks?: number;
  /** Waypoints kept. A reorg deeper than all of them is read again from `start`. Default 128. */
  readonly waypoints?: number;
}

/**
 * Reads a chain's events in order, each exactly once in what is committed: after a restart it goes on where the last commit
 * was, after a reorg it first says what to forget.
 */
export interface EventCursor<Event> {
  /** The next step, the same one until it is committed; undefined when everything up to the head is read. */
  next(signal?: AbortSignal): Promise<CursorStep<Event> | undefined>;
  /** Moves on. Call it after the step was taken up. */
  commit(step: CursorStep<Event>): Promise<void>;
}

export const createEventCursor = async <Event>(options: EventCursorOptions<Event>): Promise<EventCursor<Event>> => {
  const { source, store, start, rangeBlocks = 2_000, waypoints: kept = 128 } = options;
  let way = [...(await store.load())].sort((a, b) => a.block - b.block);
  const width = createRangeWidth(rangeBlocks);

  const stands = async ({ block, hash }: Waypoint, signal?: AbortSignal): Promise<boolean> =>
    (await source.blockHash(block, signal)) === hash;

  const rewind = async (signal?: AbortSignal): Promise<CursorStep<Event>> => {
    for (const waypoint of way.toReversed()) if (await stands(waypoint, signal)) return { kind: 'rewind', to: waypoint.block };
    return { kind: 'rewind', to: start - 1 };
  };

  const read = async (from: BlockNumber, head: ChainHead, signal?: AbortSignal): Promise<CursorStep<Event> | undefined> => {
    const { to, value } = await width.run(from, head.block, async (end) => {
      const before = await source.blockHash(end, signal);
      return { before, events: await source.events(from, end, signal) };
    });
    // The events belong to this chain only if it was the same before and after they were asked for.
    if (value.before === undefined || !(await stands({ block: to, hash: value.before }, signal))) return undefined;
    return { kind: 'events', from, waypoint: { block: to, hash: value.before }, events: value.events };
  };

  return {
    next: async (signal) => {
      for (;;) {
        const last = way.at(-1);
        if (last !== undefined && !(await stands(last, signal))) return rewind(signal);
        const head = await source.head(signal);
        const from = blockNumber(last === undefined ? start : last.block + 1);
        if (from > head.block) return undefined;
        const step = await read(from, head, signal);
        if (step !== undefined && (last === undefined || (await stands(last, signal)))) return step;
      }
    },
    commit: async (step) => {
      const next = step.kind === 'rewind' ? way.filter(({ block }) => block <= step.to) : [...way, step.waypoint].slice(-Math.max(2, kept));
      await store.save(next);
      way = next;
    },
  };
};
