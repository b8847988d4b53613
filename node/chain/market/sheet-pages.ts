import type { ProviderSheet } from '../../core/market/deal.js';
import type { BlockNumber } from '../../core/units.js';
import type { ProviderSheetStructOutput } from '../contracts/interfaces/IMarketView.js';
import type { MarketContracts } from './contracts.js';
import { providerFrom } from './records.js';
import type { Rpc } from '../rpc/rpc.js';

const WORD = 64;
const FIRST = (WORD / 2).toString(16).padStart(WORD, '0');

/** The word at `byte` of hex text without prefix, as a number of bytes or elements inside it. */
const sizeAt = (hex: string, byte: number): number => {
  const word = hex.slice(2 * byte, 2 * byte + WORD);
  const size = Number(`0x${word}`);
  if (word.length !== WORD || size > hex.length) throw new RangeError('the answer is no array of sheets');
  return size;
};

/**
 * Each element of an ABI-encoded array of structs with text in them, as if it had been answered alone. ethers copies the rest
 * of the answer for every element and every text in it, so that an answer of 50 sheets takes it four times as long as 50 answers.
 */
export const splitAnswer = (answer: string): string[] => {
  const hex = answer.slice(2);
  const start = sizeAt(hex, 0) + WORD / 2;
  const count = sizeAt(hex, start - WORD / 2);
  const offsets = Array.from({ length: count }, (_, index) => start + sizeAt(hex, start + (index * WORD) / 2));
  return offsets.map((from, index) => `0x${FIRST}${hex.slice(2 * from, 2 * (offsets[index + 1] ?? hex.length / 2))}`);
};

/** What the view answers to `data`, a call for an array of sheets; of the newest block unless `block` is given. For {@link Rpc.read}. */
export const callForSheets = async (
  { provider }: Pick<Rpc, 'provider'>,
  { view, addresses }: MarketContracts,
  data: string,
  block?: BlockNumber,
): Promise<(ProviderSheet | undefined)[]> => {
  const answer = await provider.call({ to: addresses.view, data, ...(block !== undefined && { blockTag: block }) });
  return splitAnswer(answer).map((sheet) => {
    const [struct] = view.interface.decodeFunctionResult('provider', sheet);
    return providerFrom(struct as ProviderSheetStructOutput);
  });
};
