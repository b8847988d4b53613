import { showTokens, tokensUp } from '../../core/amount-text.js';
import { MAX_ESCROW, type Wei } from '../../core/units.js';
import type { RenterEvent } from '../../renter/events.js';
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

/** Asks about what is paid, and hears what was. */
export interface PutAgreement {
  confirm(quote: Quote): Promise<boolean>;
  hear(event: RenterEvent): void;
}

/**
 * Hears each quote before it is paid. What goes into escrow is asked about, unless `--yes` agrees to it, or `limit`, with what was paid in before; what costs
 * nothing more is not. CONFIRMATION_NEEDED, DECLINED.
 */
export const createPutAgreement = (call: Call, limit: Wei | undefined): PutAgreement => {
  let paid = 0n;
  return {
    confirm: async ({ escrow, laterEscrow }) => {
      const more = escrow + laterEscrow;
      if (more > 0n && (limit === undefined || paid + more > limit)) {
        const what = `paying ${showTokens(more)} into escrow`;
        await requireYes(call, {
          ask: `Store it, and pay ${showTokens(more)} into escrow`,
          what,
          options: `--yes, or --max-escrow ${tokensUp(paid + more)},`,
        });
      }
      return true;
    },
    hear: (event) => {
      if (event.kind === 'opened') paid += event.escrow;
    },
  };
};
