import { join } from 'node:path';
import type { Address } from '../core/units.js';
import type { SettlementReader } from '../ports/settlement.js';
import { chainReads } from './chain-reads.js';
import { createDealIndex, type DealIndex } from './index/deal-index.js';
import { createNamedDeals } from './index/named-deals.js';
import { createProviderIndex } from './index/provider-index.js';
import { connectedTo, connectMarket, type MarketContracts } from './market/contracts.js';
import { marketFolder } from './market/market-book.js';
import type { SettlementReaderOptions } from './reader-options.js';
import { openRpcPool } from './rpc/pool.js';
import type { Rpc } from './rpc/rpc.js';

/** A reader with what an acting client builds on. */
export interface ReaderParts {
  readonly rpc: Rpc;
  readonly contracts: MarketContracts;
  readonly reader: SettlementReader;
  close(): void;
}

/** Connects to the market that `book` names. For a reader alone and for a client that can also act. */
export const openReader = async (options: SettlementReaderOptions): Promise<ReaderParts> => {
  const rpc = await openRpcPool({ ...options, chainId: options.book.chainId }, options.signal);
  try {
    return await readerOver(rpc, options);
  } catch (error) {
    rpc.close();
    throw error;
  }
};

/** The same over a connection that is there. */
export const readerOver = async (rpc: Rpc, options: Omit<SettlementReaderOptions, 'rpcUrl'>): Promise<ReaderParts> => {
  const { book, directory, rangeBlocks = 2_000, pageSize = 50, signal } = options;
  const contracts = await connectMarket(rpc, book, signal);
  const indices = new Map<string, DealIndex>();
  const folder = directory === undefined ? undefined : join(directory, marketFolder(book));
  const common = { rpc, contracts, start: book.deployment.block, rangeBlocks };
  const registry = createProviderIndex({
    ...common,
    pageSize,
    market: marketFolder(book),
    path: folder && join(folder, 'providers.json'),
    maxProviders: options.maxProviders,
    log: options.log,
  });

  const named = createNamedDeals({ rpc, contracts, book, registry, pageSize });
  const indexOf = (side: 'renter' | 'provider', account: Address): DealIndex => {
    const name = `${side}-${account.slice(2)}`;
    const path = folder && join(folder, 'deals', `${name}.json`);
    const index = indices.get(name) ?? createDealIndex({ ...common, named, side, account, path });
    indices.set(name, index);
    return index;
  };

  const identity = { chainId: book.chainId, market: book.market, deploymentHash: book.deployment.hash };
  const dealIdsOf: SettlementReader['dealIdsOf'] = async (side, account, signal) => indexOf(side, account).ids(signal);
  const namedDealIdsOf: SettlementReader['namedDealIdsOf'] = async (side, account, signal) => named.of(side, account, signal);
  const providerRecords: SettlementReader['providerRecords'] = async (signal) => registry.records(signal);
  // The book has them, and the chain was compared with it.
  const rules = { parameters: book.parameters, genesisBlock: book.genesisBlock };
  const facts = { source: rpc.url, identity, ...rules, providerRecords, dealIdsOf, namedDealIdsOf };
  const strict = { rpc: rpc.agreed, contracts: connectedTo(contracts, rpc.agreed.provider) };
  const agreed: SettlementReader = {
    ...facts,
    ...chainReads(strict, { pageSize, rangeBlocks }),
    get agreed() {
      return agreed;
    },
  };
  const reader: SettlementReader = {
    ...facts,
    ...chainReads({ rpc, contracts }, { pageSize, rangeBlocks }),
    get agreed() {
      return rpc.agreed === rpc ? reader : agreed;
    },
  };
  return { rpc, contracts, reader, close: () => rpc.close() };
};
