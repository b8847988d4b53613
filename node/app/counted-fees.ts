import { gasWei, type GasWei } from '../core/units.js';
import type { Settlement } from '../ports/settlement.js';

/** What transactions have cost so far. */
export interface Fees {
  readonly transactions: number;
  /** Wei of the chain's coin. */
  readonly coin: GasWei;
}

/** A settlement that counts what its transactions cost. */
export const countedFees = (settlement: Settlement): { readonly settlement: Settlement; readonly fees: Fees } => {
  let transactions = 0;
  let coin = 0n;
  const submit: Settlement['submit'] = async (action, options) => {
    const receipt = await settlement.submit(action, options);
    transactions += 1;
    coin += receipt.fee;
    return receipt;
  };
  return {
    settlement: { ...settlement, submit },
    fees: {
      get transactions() {
        return transactions;
      },
      get coin() {
        return gasWei(coin);
      },
    },
  };
};
