import { zeroPadValue } from 'ethers';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod/v4';
import { createSerial } from '../../core/tasks/serial.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { blockNumber, dealId, type Address, type BlockNumber, type DealId } from '../../core/units.js';
import { blockCount, dealText, hashText } from '../../disk/unit-schemas.js';
import { makeDirectory, writeDurably } from '../../disk/durable-file.js';
import { createEventCursor, type CursorStore, type EventCursor, type Waypoint } from './event-cursor.js';
import { readBlockHash, readHead } from './log-source.js';
import type { NamedDeals } from './named-deals.js';
import { readWholeLogs, requireLogsSince } from './whole-logs.js';
import type { MarketContracts } from '../market/contracts.js';
import type { Rpc } from '../rpc/rpc.js';

const schema = z.strictObject({
  version: z.literal(1),
  way: z.array(z.strictObject({ block: blockCount, hash: hashText })),
  deals: z.array(z.strictObject({ id: dealText, block: blockCount })),
});
type State = z.infer<typeof schema>;

export interface DealIndexOptions {
  readonly rpc: Rpc;
  readonly contracts: MarketContracts;
  /** What the logs are held against. */
  readonly named: NamedDeals;
  readonly side: 'renter' | 'provider';
  readonly account: Address;
  /** Block that the market was deployed in. */
  readonly start: BlockNumber;
  /** Most blocks in one query. */
  readonly rangeBlocks: number;
  /** Where to keep it between two runs; in memory only without. */
  readonly path: string | undefined;
}

/** Ids of the deals of one account, oldest first, kept up with the chain by a cursor. */
export interface DealIndex {
  /** LOGS_INCOMPLETE where the logs begin too late, or leave out a deal that the contracts name. */
  ids(signal?: AbortSignal): Promise<readonly DealId[]>;
}

const load = async (path: string | undefined): Promise<State> => {
  const empty: State = { version: 1, way: [], deals: [] };
  if (path === undefined) return empty;
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return empty;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new HoldfastError('JOURNAL_DAMAGED', { path, problem: 'it is not an index of deals' }, { cause });
  }
};

export const createDealIndex = (options: DealIndexOptions): DealIndex => {
  const { rpc, contracts, named, side, account, start, path } = options;
  const topic = contracts.market.interface.getEvent('DealOpened').topicHash;
  const party = zeroPadValue(account, 32);
  const filter = { addresses: [contracts.addresses.market], topics: side === 'renter' ? [topic, null, party] : [topic, null, null, party] };
  let deals: State['deals'] = [];
  const oneAtATime = createSerial();
  let opened: Promise<EventCursor<State['deals'][number]>> | undefined;
  /** First block that is read, until the RPC was seen to have logs from there on. */
  let unheld: BlockNumber | undefined;

  const keep = async (way: readonly Waypoint[]): Promise<void> => {
    if (path === undefined) return;
    await makeDirectory(dirname(path), 0o700);
    await writeDurably(path, JSON.stringify({ version: 1, way, deals }));
  };

  const open = async (): Promise<EventCursor<State['deals'][number]>> => {
    const state = await load(path);
    deals = state.deals;
    const last = state.way.at(-1);
    unheld = last === undefined ? start : blockNumber(last.block + 1);
    const store: CursorStore = { load: async () => state.way, save: keep };
    const source = {
      head: async (signal?: AbortSignal) => readHead(rpc, signal),
      blockHash: async (block: BlockNumber, signal?: AbortSignal) => readBlockHash(rpc, block, signal),
      events: async (from: BlockNumber, to: BlockNumber, signal?: AbortSignal) =>
        (await readWholeLogs(rpc, filter, from, to, signal)).map((log) => ({
          id: dealId(log.topics[1] ?? ''),
          block: blockNumber(log.blockNumber),
        })),
    };
    return createEventCursor({ source, store, start, rangeBlocks: options.rangeBlocks });
  };

  const catchUp = async (signal?: AbortSignal): Promise<readonly DealId[]> => {
    const cursor = await (opened ??= open());
    if (unheld !== undefined) await requireLogsSince(rpc, contracts, unheld, signal);
    unheld = undefined;
    for (let step = await cursor.next(signal); step !== undefined; step = await cursor.next(signal)) {
      const kept = step.kind === 'rewind' ? step.to : step.from - 1;
      deals = [...deals.filter(({ block }) => block <= kept), ...(step.kind === 'events' ? step.events : [])];
      await cursor.commit(step);
    }
    return deals.map(({ id }) => id);
  };

  /** What the contracts name first, then the logs: those are the newer, and lack nothing. */
  const heldIds = async (signal?: AbortSignal): Promise<readonly DealId[]> => {
    const held = await named.of(side, account, signal);
    const ids = await catchUp(signal);
    const missing = await named.existing(
      held.filter((id) => !ids.includes(id)),
      signal,
    );
    if (missing.length === 0) return ids;
    // Who left one out may have left out more: another RPC is asked for all.
    deals = [];
    opened = undefined;
    await keep([]);
    throw new HoldfastError('LOGS_INCOMPLETE', { url: rpc.url, what: 'deals', told: ids.length, held: ids.length + missing.length });
  };

  return {
    ids: (signal) => oneAtATime('catching up', () => heldIds(signal)),
  };
};
