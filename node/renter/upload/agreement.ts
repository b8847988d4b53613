import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Wei } from '../../core/units.js';
import type { Quote } from '../homes/quote.js';
import type { TaskOptions } from '../context.js';

/** What somebody agreed to pay for an object. */
export interface Agreement {
  /**
   * Says what a step costs and hears whether to go on, before anything is paid: once, and again only for what is paid in addition, in the place of
   * a provider that failed or asks more now (`replaces`), or at a higher price, of reading too. QUOTE_DECLINED.
   */
  settle(quote: Quote, replaces: boolean): Promise<void>;
  /** The first quote. */
  readonly quote: Quote | undefined;
}

/** Token wei per GiB read, of all providers together. */
const egressPriceOf = ({ parts }: Quote): bigint => parts.reduce((sum, { egressPrice }) => sum + egressPrice, 0n);

export const createAgreement = (confirm: ((quote: Quote) => Promise<boolean>) | undefined, report: TaskOptions['report']): Agreement => {
  let first: Quote | undefined;
  let price: Wei | undefined;
  let egressPrice = 0n;
  return {
    settle: async (quote, replaces) => {
      const isDearer = price !== undefined && (quote.filePricePerGibMonth > price || egressPriceOf(quote) > egressPrice);
      const asks = price === undefined || (quote.escrow > 0n && (replaces || isDearer));
      if (price === undefined || replaces || asks) report?.({ kind: 'quoted', quote });
      if (asks && confirm && !(await confirm(quote))) throw new HoldfastError('QUOTE_DECLINED', { escrow: quote.escrow });
      if (asks) [price, egressPrice] = [quote.filePricePerGibMonth, egressPriceOf(quote)];
      first ??= quote;
    },
    get quote() {
      return first;
    },
  };
};
