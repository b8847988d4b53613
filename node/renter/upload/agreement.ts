import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Quote } from '../homes/quote.js';
import type { TaskOptions } from '../context.js';
import type { RenterEvent } from '../events.js';

/** What somebody agreed to pay for an object. */
export interface Agreement {
  /**
   * Says what a step costs and hears whether to go on, before anything is paid: once, and again only for what is paid in addition, in the place of
   * a provider that failed or asks more now (`replaces`), for more of a stream than was quoted, or at a higher price, of reading too. QUOTE_DECLINED.
   */
  settle(quote: Quote, replaces: boolean): Promise<void>;
  /** The first quote. */
  readonly quote: Quote | undefined;
}

/** How somebody hears what things cost, and says whether to go on. */
interface Asking {
  readonly confirm?: ((quote: Quote) => Promise<boolean>) | undefined;
  readonly report?: TaskOptions['report'] | undefined;
}

/** Token wei per GiB read, of all providers together. */
const egressPriceOf = ({ parts }: Quote): bigint => parts.reduce((sum, { egressPrice }) => sum + egressPrice, 0n);

/** Whether the quote asks a higher price than the other, of storing or of reading. */
const isDearer = (quote: Quote, than: Quote): boolean =>
  quote.filePricePerGibMonth > than.filePricePerGibMonth || egressPriceOf(quote) > egressPriceOf(than);

export const createAgreement = ({ confirm, report }: Asking): Agreement => {
  let first: Quote | undefined;
  let asked: Quote | undefined;
  return {
    settle: async (quote, replaces) => {
      const isMore = asked !== undefined && (replaces || asked.bytes === undefined || isDearer(quote, asked));
      const asks = asked === undefined || (quote.escrow > 0n && isMore);
      if (replaces || asks) report?.({ kind: 'quoted', quote });
      if (asks && confirm && !(await confirm(quote))) throw new HoldfastError('QUOTE_DECLINED', { escrow: quote.escrow });
      if (asks) asked = quote;
      first ??= quote;
    },
    get quote() {
      return first;
    },
  };
};

/**
 * Remembers what was agreed to in one command, so that of its later parts, and where one is tried again, nobody is asked for it once more. Asked
 * anew is what takes more than is left of it, or has a higher price. What a quote says of what comes after it counts as agreed to with it.
 */
export const askedOnce = ({ confirm, report }: Asking) => {
  let agreed: Quote | undefined;
  /** Token wei that were agreed to and are not paid in yet. */
  let left = 0n;
  const isCovered = (quote: Quote): boolean =>
    agreed !== undefined && (quote.escrow === 0n || (quote.escrow <= left && !isDearer(quote, agreed)));
  return {
    report: (event: RenterEvent): void => {
      if (event.kind === 'opened') left = left > event.escrow ? left - event.escrow : 0n;
      if (event.kind !== 'quoted' || !isCovered(event.quote)) report?.(event);
    },
    confirm: async (quote: Quote): Promise<boolean> => {
      const needed = quote.escrow + quote.laterEscrow;
      if (isCovered(quote)) {
        // What the chain carried out without a word is not there a second time.
        if (needed < left) left = needed;
        return true;
      }
      if (confirm && !(await confirm(quote))) return false;
      [agreed, left] = [quote, needed];
      return true;
    },
  };
};
