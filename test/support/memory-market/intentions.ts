import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { Receipt, SettlementAction, SubmitOptions } from '../../../node/ports/settlement.js';

/** What was asked for under an id before. */
export interface Intentions {
  /** The receipt of the same, done or on its way. INTENTION_CHANGED. */
  known(action: SettlementAction, options: SubmitOptions): Promise<Receipt> | undefined;
  note(action: SettlementAction, options: SubmitOptions, receipt: Promise<Receipt>): void;
}

const textOf = (action: SettlementAction): string =>
  JSON.stringify(action, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

export const createIntentions = (): Intentions => {
  const all = new Map<string, { readonly action: SettlementAction; readonly receipt: Promise<Receipt> }>();
  return {
    known: (action, { intention }) => {
      const found = intention === undefined ? undefined : all.get(intention);
      if (intention === undefined || found === undefined) return undefined;
      if (textOf(found.action) === textOf(action)) return found.receipt;
      throw new HoldfastError('INTENTION_CHANGED', { intention, action: action.kind, former: found.action.kind });
    },
    note: (action, { intention }, receipt) => {
      if (intention === undefined) return;
      all.set(intention, { action, receipt });
      receipt.catch(() => all.delete(intention));
    },
  };
};
