import type { MarketParameters } from './deal.js';

/** Most gas that a transaction of ours uses on Ethereum's schedule (R14). */
export const MAX_TRANSACTION_GAS = 8_000_000;

/** Gas of an answer to a challenge of a deal of 1 GiB, alone in its transaction: in a batch it takes a little less. */
export const ANSWER_GAS = 190_000;

/** Bytes of it: five samples of a sector's number and place (43), and of 17 hashes up its tree and 8 up the deal's. */
export const ANSWER_BYTES = 5 * (43 + 32 * (17 + 8));

/** Most bytes of samples in a transaction: many nodes pass on none of more than 128 KiB, calls and offsets included. */
export const MAX_SAMPLE_BYTES = 120_000;

/** Challenges that the gas of one transaction answers. */
export const answersByGas = (maxTransactionGas = MAX_TRANSACTION_GAS): number => Math.floor(maxTransactionGas / ANSWER_GAS);

/** Challenges of deals of 1 GiB that one transaction answers, by gas and by bytes. */
export const answersPerTransaction = (maxTransactionGas = MAX_TRANSACTION_GAS): number =>
  Math.min(answersByGas(maxTransactionGas), Math.floor(MAX_SAMPLE_BYTES / ANSWER_BYTES));

/**
 * The most deals with data that a provider can answer for if all of them are challenged in one period: within a quarter of the
 * window's blocks, one transaction a block (R8). More of them, and a flood of challenges costs collateral though the data is there.
 */
export const dealCapacity = ({ windowBlocks }: Pick<MarketParameters, 'windowBlocks'>, maxTransactionGas = MAX_TRANSACTION_GAS): number =>
  Math.max(1, Math.floor(windowBlocks / 4)) * answersPerTransaction(maxTransactionGas);
