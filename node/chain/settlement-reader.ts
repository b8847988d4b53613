import type { SettlementReader } from '../ports/settlement.js';
import { openReader } from './open-reader.js';
import type { SettlementReaderOptions } from './reader-options.js';

export type { SettlementReaderOptions } from './reader-options.js';

/**
 * Connects to the market that `book` names, for reading only. RPC_UNREACHABLE, WRONG_CHAIN, MARKET_MISSING,
 * DEPLOYMENT_MISMATCH.
 */
export const createSettlementReader = async (options: SettlementReaderOptions): Promise<SettlementReader & { close(): void }> => {
  const { reader, close } = await openReader(options);
  return { ...reader, close };
};
