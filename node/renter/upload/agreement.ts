import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Wei } from '../../core/units.js';
import type { Quote } from '../homes/quote.js';
import type { TaskOptions } from '../context.js';

/** What somebody agreed to pay for an object. */
export interface Agreement {
  /**
   * Says what a step costs and hears whether to go on, before anything is paid: once, and again only for what is paid in addition, in the place of
   * a provider that failed (`replaces`) or at a higher price. QUOTE_DECLINED.
   */
  settle(quote: Quote, replaces: boolean): Promise<void>;
  /** The first quote. */
  readonly quote: Quote | undefined;
}

export const createAgreement = (confirm: ((quote: Quote) => Promise<boolean>) | undefined, report: TaskOptions['report']): Agreement => {
  let first: Quote | undefined;
  let price: Wei | undefined;
  return {
    settle: async (quote, replaces) => {
      const asks = price === undefined || (quote.escrow > 0n && (replaces || quote.filePricePerGibMonth > price));
      if (price === undefined || replaces || asks) report?.({ kind: 'quoted', quote });
      if (asks && confirm && !(await confirm(quote))) throw new HoldfastError('QUOTE_DECLINED', { escrow: quote.escrow });
      if (asks) price = quote.filePricePerGibMonth;
      first ??= quote;
    },
    get quote() {
      return first;
    },
  };
};
