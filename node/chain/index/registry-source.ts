import type { Log as ChainLog } from 'ethers';
import type { ProviderRecord } from '../../core/market/deal.js';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { address, type Address, type BlockNumber, type Hash } from '../../core/units.js';
import { readBlockHash } from './log-source.js';
import type { MarketContracts } from '../market/contracts.js';
import { askFrom, endpointFrom } from '../market/records.js';
import type { RegistryChange, RegistryState } from './registry-state.js';
import type { Rpc } from '../rpc/rpc.js';
import { callForSheets } from '../market/sheet-pages.js';

/** What the registry's contract logged, or undefined for a log that is not one of its events. */
export const changeFrom = ({ registry }: MarketContracts, log: ChainLog): RegistryChange | undefined => {
  const event = registry.interface.parseLog(log);
  if (event === null) return undefined;
  const { args } = event;
  const change = (fields: RegistryChange['fields'], registers = false): RegistryChange => ({
    block: log.blockNumber,
    provider: address(String(args['provider'])),
    registers,
    fields,
  });
  const operator = (): Address => address(String(args['operator']));
  const endpoint = (): ReturnType<typeof endpointFrom> => endpointFrom(args as unknown as Parameters<typeof endpointFrom>[0]);
  if (event.name === 'ProviderRegistered') return change({ operator: operator(), ...endpoint() }, true);
  if (event.name === 'OperatorSet') return change({ operator: operator() });
  if (event.name === 'EndpointSet') return change(endpoint());
  return event.name === 'AskSet' ? change({ ask: askFrom(args['ask'] as Parameters<typeof askFrom>[0]) }) : undefined;
};

const recordFrom = ({ provider, operator, peerId, addresses, ask }: ProviderRecord): ProviderRecord => ({
  provider,
  operator,
  peerId,
  addresses,
  ask,
});

/** Whether a node gave no answer because it will not: the page is too much for it, or it has no state of that block. */
export const isRefusedPage = (error: unknown): boolean => isHoldfastError(error, 'RPC_REFUSED') || isHoldfastError(error, 'UNKNOWN_REVERT');

export interface PagesOptions {
  readonly rpc: Rpc;
  readonly contracts: MarketContracts;
  /** Most providers in one answer; halved while the RPC refuses. */
  readonly pageSize: number;
  /** Most providers altogether. */
  readonly most: number;
}

/** The whole registry as of one block, page by page, and that block's hash. Undefined if a reorg replaced the block meanwhile. */
export const readRegistry = async (
  { rpc, contracts, pageSize, most }: PagesOptions,
  block: BlockNumber,
  signal?: AbortSignal,
): Promise<{ readonly state: RegistryState; readonly hash: Hash } | undefined> => {
  const hash = await readBlockHash(rpc, block, signal);
  if (hash === undefined) return undefined;
  const base = new Map<Address, ProviderRecord>();
  let size = pageSize;
  for (let from = 0, full = true; full && from < most;) {
    const limit = Math.min(size, most - from);
    try {
      const data = contracts.view.interface.encodeFunctionData('providers', [from, limit]);
      const sheets = await rpc.read(async () => callForSheets(rpc, contracts, data, block), signal);
      for (const sheet of sheets) if (sheet !== undefined) base.set(sheet.provider, recordFrom(sheet));
      from += sheets.length;
      full = sheets.length === limit;
    } catch (error) {
      if (!isRefusedPage(error) || size === 1) throw error;
      size = Math.floor(size / 2);
    }
  }
  const stands = (await readBlockHash(rpc, block, signal)) === hash;
  return stands ? { hash, state: { floor: block, base, changes: [] } } : undefined;
};
