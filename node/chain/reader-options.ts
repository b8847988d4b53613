import type { MarketBook } from './market/market-book.js';
import type { RpcPoolOptions } from './rpc/pool.js';

export interface SettlementReaderOptions extends Omit<RpcPoolOptions, 'chainId'> {
  readonly book: MarketBook;
  /** Folder for what was read of the chain, so that the next start need not read it again. In memory only without. */
  readonly directory?: string;
  /** Most blocks in one query of events; halved while the RPC refuses. Default 2,000. */
  readonly rangeBlocks?: number;
  /** Most providers or deals in one answer of the view. Default 50. */
  readonly pageSize?: number;
  /** Most providers listed, those that registered first. Default 100,000. */
  readonly maxProviders?: number;
  readonly signal?: AbortSignal;
}
