import {
  ANSWER_BYTES,
  ANSWER_GAS,
  answersPerTransaction,
  dealCapacity,
  MAX_SAMPLE_BYTES,
  MAX_TRANSACTION_GAS,
} from '../../../../node/core/market/capacity.js';
import { networkKinds, parametersOf } from '../../../deploy/terms/parameters.js';
import { table } from './table.js';

const number = (value: number): string => value.toLocaleString('en');

/** How many deals a provider can answer for at once, on each kind of network (R8). */
export const capacitySection = (): string => `## How many deals a provider takes

Whoever rents with many wallets, one deal each, can challenge all of them in one period: no ladder of bonds stops that, since each wallet has
its first. So a provider takes only as many deals with data as it can answer for within one window in a quarter of its blocks, one
transaction a block, and answers those with the most collateral first. An answer for a deal of 1 GiB takes ${number(ANSWER_GAS)} gas alone, a little less
in a batch, and ${number(ANSWER_BYTES)} bytes; a transaction uses at most ${number(MAX_TRANSACTION_GAS)} gas, and ${number(MAX_SAMPLE_BYTES)} bytes of samples, since many nodes pass on no more than
128 KiB: ${answersPerTransaction()} answers.

${table(
  ['network', 'window in blocks', 'deals with data'],
  networkKinds.map((kind) => {
    const { parameters } = parametersOf(kind);
    return [kind, number(parameters.windowBlocks), number(dealCapacity(parameters))];
  }),
)}

\`holdfast provider status\` shows it beside the deals that there are. Each challenge costs its maker a bond of
${parametersOf('ethereum').parameters.bondBps / 100} % of the deal's collateral, one unit at least, of which half is the provider's once it has answered.
`;
