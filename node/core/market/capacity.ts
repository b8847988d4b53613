import type { MarketParameters } from './deal.js';

/** Most gas that a transaction of ours uses on Ethereum's schedule (R14). */
export const MAX_TRANSACTION_GAS = 8_000_000;

/** Gas of an answer to a challenge of a deal of 1 GiB, alone in its transaction: in a batch it takes a little less. */
export const ANSWER_GAS = 190_000;

/** Challenges that one transaction answers. */
export const answersPerTransaction = (maxTransactionGas = MAX_TRANSACTION_GAS): number => Math.floor(maxTransactionGas / ANSWER_GAS);

/**
 * The most deals with data that a provider can answer for if all of them are challenged in one period: within a quarter of the
 * window's blocks, one transaction a block (R8). More of them, and a flood of challenges costs collateral though the data is there.
 */
export const dealCapacity = ({ windowBlocks }: Pick<MarketParameters, 'windowBlocks'>, maxTransactionGas = MAX_TRANSACTION_GAS): number =>
  Math.max(1, Math.floor(windowBlocks / 4)) * answersPerTransaction(maxTransactionGas);
