import type { ProviderRecord } from '../../core/market/deal.js';
import { createSerial } from '../../core/tasks/serial.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { blockNumber, type BlockNumber } from '../../core/units.js';
import type { Log } from '../../ports/world.js';
import { createEventCursor, type CursorSource, type EventCursor, type Waypoint } from './event-cursor.js';
import { readBlockHash, readHead } from './log-source.js';
import type { MarketContracts } from '../market/contracts.js';
import { loadRegistry, saveRegistry, type KeptRegistry } from './provider-file.js';
import { changeFrom, isRefusedPage, readRegistry } from './registry-source.js';
import { advance, raiseFloor, recordsOf, type RegistryChange, type RegistryState } from './registry-state.js';
import type { Rpc } from '../rpc/rpc.js';
import { readWholeLogs } from './whole-logs.js';

export interface ProviderIndexOptions {
  readonly rpc: Rpc;
  readonly contracts: MarketContracts;
  /** Block that the market was deployed in. */
  readonly start: BlockNumber;
  /** Most blocks in one query of events. */
  readonly rangeBlocks: number;
  /** Most providers in one answer of the view. */
  readonly pageSize: number;
  /** Name of the market, recorded in the file. */
  readonly market: string;
  /** Where to keep it between two runs; in memory only without. */
  readonly path: string | undefined;
  /** Most providers listed, those that registered first; some 500 bytes each. Default 100,000. */
  readonly maxProviders?: number | undefined;
  /** Depth of the block that the first reading is of: reorgs down to there cost no second one. Default 32. */
  readonly settledBlocks?: number;
  readonly log?: Log | undefined;
}

/** All providers in order of registration, kept up with the chain by a cursor over the registry's events. */
export interface ProviderIndex {
  /** LOGS_INCOMPLETE where fewer are told of than the registry counts. */
  records(signal?: AbortSignal): Promise<readonly ProviderRecord[]>;
}

/** Most bytes of a record in the file: 64 of peer id in base58, 512 of addresses that JSON may escape, the rest fixed. */
const RECORD_BYTES = 4_096;
/** Readings of the registry in one call, each spoilt by a deep reorg or by a node that leaves events out. */
const ATTEMPTS = 3;
/** The file is written anew after that many changes, or as many blocks as one query of events covers: less is read again at once. */
const UNSAVED_CHANGES = 100;

/** What is known, and the cursor that adds to it. */
interface Reading {
  state: RegistryState;
  way: readonly Waypoint[];
  readonly cursor: EventCursor<RegistryChange>;
  /** Newest head that the cursor saw. */
  head: number;
  /** Last block read before the file was written. */
  saved: number | undefined;
}

const lastOf = (way: readonly Waypoint[]): number => way.at(-1)?.block ?? -1;

export const createProviderIndex = (options: ProviderIndexOptions): ProviderIndex => {
  const { rpc, contracts, start, rangeBlocks, pageSize, market, path, maxProviders: most = 100_000, settledBlocks = 32, log } = options;
  const oneAtATime = createSerial();
  let reading: Reading | undefined;

  const openReading = async ({ way, state }: KeptRegistry, saved?: Reading['saved']): Promise<Reading> => {
    const source: CursorSource<RegistryChange> = {
      head: async (signal) => {
        const head = await readHead(rpc, signal);
        opened.head = head.block;
        return head;
      },
      blockHash: async (block, signal) => readBlockHash(rpc, block, signal),
      events: async (from, to, signal) =>
        (await readWholeLogs(rpc, { addresses: [contracts.addresses.registry] }, from, to, signal))
          .map((entry) => changeFrom(contracts, entry))
          .filter((change) => change !== undefined),
    };
    const store = { load: async () => way, save: async (next: readonly Waypoint[]) => void (opened.way = next) };
    const opened: Reading = { state, way, saved, head: -1, cursor: await createEventCursor({ source, store, start, rangeBlocks }) };
    return opened;
  };

  /** Whether reading everything again takes fewer queries than the events since. */
  const isFarBehind = async ({ way, state }: KeptRegistry, signal?: AbortSignal): Promise<boolean> => {
    const { block } = await readHead(rpc, signal);
    return (block - lastOf(way)) / rangeBlocks > 2 + state.base.size / pageSize;
  };

  const openKept = async (signal?: AbortSignal): Promise<Reading | undefined> => {
    if (path === undefined) return undefined;
    const kept = await loadRegistry(path, market, most * RECORD_BYTES);
    if (kept === undefined) return undefined;
    if ('problem' in kept) {
      log?.warn('provider-index-rebuilt', { path, problem: kept.problem });
      return undefined;
    }
    return (await isFarBehind(kept, signal)) ? undefined : openReading(kept, lastOf(kept.way));
  };

  /** Reads the whole registry as of the block `depth` down, or of the newest where the node has no answer for that one. */
  const readAll = async (depth: number, signal?: AbortSignal): Promise<Reading | undefined> => {
    const { block: newest } = await readHead(rpc, signal);
    const settled = blockNumber(Math.max(start, newest - depth));
    const read = async (block: BlockNumber): Promise<Reading | undefined> => {
      const found = await readRegistry({ rpc, contracts, pageSize, most }, block, signal);
      return found && openReading({ state: found.state, way: [{ block, hash: found.hash }] });
    };
    return read(settled).catch((error: unknown) => {
      if (!isRefusedPage(error) || settled === newest) throw error;
      return read(newest);
    });
  };

  /** Takes up what happened since; undefined if that cannot be told from what is known. */
  const follow = async (current: Reading, signal?: AbortSignal): Promise<readonly ProviderRecord[] | undefined> => {
    const { cursor } = current;
    for (let step = await cursor.next(signal); step !== undefined; step = await cursor.next(signal)) {
      const next = advance(current.state, step);
      if (next === undefined) return undefined;
      current.state = next;
      await cursor.commit(step);
      const raised = raiseFloor(next, current.way[0]?.block ?? next.floor, most);
      if (raised === undefined) return undefined;
      current.state = raised;
      if (step.kind === 'events' && step.waypoint.block >= current.head) break;
    }
    const records = recordsOf(current.state, most);
    return records && [...records.values()];
  };

  const save = async (current: Reading): Promise<void> => {
    const { state, way, saved } = current;
    if (path === undefined) return;
    const unsaved = saved === undefined ? [] : state.changes.filter(({ block }) => block > saved);
    if (saved !== undefined && unsaved.length < UNSAVED_CHANGES && lastOf(way) - saved < rangeBlocks) return;
    try {
      await saveRegistry(path, market, { way, state });
      current.saved = lastOf(way);
    } catch (error) {
      // The next start reads more, and nothing else is lost.
      log?.warn('provider-index-unsaved', { path, problem: String(error) });
    }
  };

  const catchUp = async (signal?: AbortSignal): Promise<readonly ProviderRecord[]> => {
    // Counted first: what is read later has no fewer.
    const counted = Math.min(most, Number(await rpc.read(async () => contracts.registry.count(), signal)));
    let [told, depth] = [0, settledBlocks];
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      reading ??= (attempt === 1 ? await openKept(signal) : undefined) ?? (await readAll(depth, signal));
      const records = reading && (await follow(reading, signal));
      told = records?.length ?? 0;
      if (reading && records && told >= counted) {
        await save(reading);
        if (records.length >= most) log?.warn('provider-limit-reached', { listed: most });
        return records;
      }
      reading = undefined;
      // Of the newest block nothing is left to hear by events.
      if (told > 0) depth = 0;
      log?.warn('provider-index-rebuilt', { problem: 'a deep reorg, or events that are missing' });
    }
    throw new HoldfastError('LOGS_INCOMPLETE', { url: rpc.url, what: 'providers', told, held: counted });
  };

  return {
    records: (signal) => oneAtATime('catching up', () => catchUp(signal)),
  };
};
