import { showTokens } from '../../core/amount-text.js';
import { MAX_ESCROW, type Wei } from '../../core/units.js';
import type { Quote } from '../../renter/homes/quote.js';
import { tokens } from '../amounts.js';
import { requireYes, yesOption } from '../asking.js';
import type { Call, ParameterSpec } from '../command.js';

/** Options of what is asked about before it is paid. */
export const agreeingOptions: readonly ParameterSpec[] = [
  yesOption,
  { flags: '--max-escrow <tokens>', description: 'agree to so many tokens into escrow in all, and be asked only about more' },
  { flags: '--dry-run', description: 'say what it would cost, and neither store nor pay anything' },
];

/** The limit that `--max-escrow` gives. */
export const maxEscrowOf = (call: Call): Wei | undefined => call.options.parsed('maxEscrow', ...tokens('5', { most: MAX_ESCROW }));

/**
 * Hears each quote before it is paid. What goes into escrow is asked about, unless `--yes` or `limit`, for all of the command together, agrees to it; what
 * costs nothing more is not. CONFIRMATION_NEEDED, DECLINED.
 */
export const createConfirm = (call: Call, limit: Wei | undefined): ((quote: Quote) => Promise<boolean>) => {
  let agreed = 0n;
  return async ({ escrow, laterEscrow }) => {
    const paid = escrow + laterEscrow;
    if (paid > 0n && (limit === undefined || agreed + paid > limit)) {
      const what = `paying ${showTokens(paid)} into escrow`;
      await requireYes(call, { ask: `Store it, and pay ${showTokens(paid)} into escrow`, what, options: '--yes or --max-escrow' });
    }
    agreed += paid;
    return true;
  };
};
