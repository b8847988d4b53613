import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { wei, type Wei } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import { requireWallet } from '../deals/require-wallet.js';
import type { RenterEvent } from '../events.js';
import type { Quote } from '../homes/quote.js';
import { createBudget } from './budget.js';

export interface TillOptions {
  /** Most token wei, with what else was spent within 30 days. */
  readonly budget: Wei;
  /** Agrees to nothing. */
  readonly dryRun?: boolean | undefined;
  /** Under which the spending is recorded. */
  readonly id: string;
  /** For whoever needs the wallet. */
  readonly what: string;
}

/** Pays for new deals out of a budget. */
export interface Till {
  /** BUDGET_TOO_SMALL, WALLET_NEEDED. */
  confirm(quote: Quote): Promise<boolean>;
  /** Token wei that went into new deals. */
  readonly opened: Wei;
  hear(event: RenterEvent): void;
  /** Records what was paid in the end, unless the chain may still open what was asked for. */
  settle(): Promise<void>;
}

/** Counts what new deals take of a budget: when they are agreed to, and as they were opened at the end. */
export const createTill = (context: RenterContext, { budget: limit, dryRun = false, id, what }: TillOptions): Till => {
  const budget = createBudget(context, limit);
  let agreed = 0n;
  let opened = 0n;
  return {
    confirm: async ({ escrow, parts }: Quote): Promise<boolean> => {
      if (dryRun) return false;
      if (parts.every(({ deal }) => deal !== undefined)) return true;
      requireWallet(context, what);
      // What was agreed to before and refused was not paid; what the chain may still open counts on.
      if (agreed !== opened && (await context.catalogue.openings()).length === 0) {
        agreed = opened;
        await budget.take(id, wei(agreed));
      }
      const left = (await budget.left()) ?? wei(0n);
      if (escrow > left) throw new HoldfastError('BUDGET_TOO_SMALL', { needed: escrow, left });
      agreed += escrow;
      await budget.take(id, wei(agreed));
      return true;
    },
    get opened(): Wei {
      return wei(opened);
    },
    hear: (event: RenterEvent): void => {
      if (event.kind === 'opened') opened += event.escrow;
    },
    settle: async (): Promise<void> => {
      if (agreed === opened || (await context.catalogue.openings()).length > 0) return;
      await budget.take(id, wei(opened));
    },
  };
};
