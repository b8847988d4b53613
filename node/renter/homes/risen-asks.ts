import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { RenterContext, TaskOptions } from '../context.js';
import type { QuotePart } from './quote.js';

/** Quotes for one task, where asks rise again and again. */
const MOST_QUOTES = 3;

/** In the place of a refusal of the contract because of a price: ASK_ROSE, naming the provider that asks more than it was quoted with. */
export const explainPrice = async (
  { settlement }: RenterContext,
  error: unknown,
  parts: readonly QuotePart[],
  { signal, report }: TaskOptions,
): Promise<unknown> => {
  if (!isHoldfastError(error, 'PRICE_TOO_HIGH')) return error;
  const sheets = await settlement.agreed.providerSheets(
    parts.map(({ provider }) => provider),
    signal,
  );
  for (const [index, { provider, price, egressPrice }] of parts.entries()) {
    const ask = sheets[index]?.ask;
    if (!ask || (ask.price <= price && ask.egressPrice <= egressPrice)) continue;
    const risen = ask.price > price ? { quoted: price, asked: ask.price } : { quoted: egressPrice, asked: ask.egressPrice };
    report?.({ kind: 'rose', provider, ...risen });
    return new HoldfastError('ASK_ROSE', { provider, ...risen }, { cause: error });
  }
  return error;
};

/** Carries out `task`, which quotes and opens, and again where an ask rose between the two: by a new quote, which is agreed to anew (`isAnew`). */
export const quotedAnew = async <Result>(task: (isAnew: boolean) => Promise<Result>): Promise<Result> => {
  for (let quotes = 1; ; quotes++) {
    try {
      return await task(quotes > 1);
    } catch (error) {
      if (!isHoldfastError(error, 'ASK_ROSE') || quotes === MOST_QUOTES) throw error;
    }
  }
};
