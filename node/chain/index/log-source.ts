import type { Log as ChainLog } from 'ethers';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { blockNumber, hash, type Address, type BlockNumber, type Hash } from '../../core/units.js';
import type { ChainHead } from '../../core/market/deal.js';
import type { Rpc } from '../rpc/rpc.js';

/** Which logs: addresses, and topics by position (null for any). */
export interface LogFilter {
  readonly addresses: readonly Address[];
  readonly topics?: readonly (string | null)[];
}

/** The newest block. */
export const readHead = async (rpc: Rpc, signal?: AbortSignal): Promise<ChainHead> => {
  const block = await rpc.read(async () => {
    const newest = await rpc.provider.getBlock('latest');
    if (newest?.hash === undefined || newest.hash === null) throw new Error('the chain has no newest block');
    return { block: blockNumber(newest.number), hash: hash(newest.hash), timestamp: newest.timestamp };
  }, signal);
  return block;
};

/** Hash of block `block` on the current chain, or undefined if there is none. */
export const readBlockHash = async (rpc: Rpc, block: BlockNumber, signal?: AbortSignal): Promise<Hash | undefined> => {
  const found = await rpc.read(async () => rpc.provider.getBlock(block), signal);
  return found?.hash === undefined || found.hash === null ? undefined : hash(found.hash);
};

/** Time of block `block`, seconds since 1970, or undefined if there is none. */
export const readBlockTime = async (rpc: Rpc, block: BlockNumber, signal?: AbortSignal): Promise<number | undefined> =>
  (await rpc.read(async () => rpc.provider.getBlock(block), signal))?.timestamp;

/** Logs of the blocks `from … to`, in one query. RPC_REFUSED when that is too much for the node. */
export const readLogs = async (
  rpc: Rpc,
  filter: LogFilter,
  from: BlockNumber,
  to: BlockNumber,
  signal?: AbortSignal,
): Promise<readonly ChainLog[]> =>
  rpc.read(
    async () => rpc.provider.getLogs({ address: [...filter.addresses], topics: [...(filter.topics ?? [])], fromBlock: from, toBlock: to }),
    signal,
  );

/** A width of block ranges that halves when a node refuses one and grows again when it does not. */
export interface RangeWidth {
  /** Runs `query` on a range that starts at `from` and ends at `to` or before; tells where it ended. */
  run<T>(
    from: BlockNumber,
    to: BlockNumber,
    query: (to: BlockNumber) => Promise<T>,
  ): Promise<{ readonly to: BlockNumber; readonly value: T }>;
}

/** @param most Most blocks in one query. */
export const createRangeWidth = (most: number): RangeWidth => {
  let width = most;
  return {
    run: async (from, to, query) => {
      for (;;) {
        const end = blockNumber(Math.min(to, from + width - 1));
        try {
          const value = await query(end);
          width = Math.min(most, width * 2);
          return { to: end, value };
        } catch (error) {
          if (!isHoldfastError(error, 'RPC_REFUSED') || end === from) throw error;
          width = Math.max(1, Math.floor((end - from + 1) / 2));
        }
      }
    },
  };
};
