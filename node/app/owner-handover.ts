import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { ProviderSheet } from '../core/market/deal.js';
import { leaves, wei, type Address, type Wei } from '../core/units.js';
import type { Receipt, Settlement, SettlementAction } from '../ports/settlement.js';

/** What was handed over, and how the provider stands after it. */
export interface HandedOver extends Pick<ProviderSheet, 'provider' | 'stake' | 'locked' | 'total'> {
  /** Token wei. */
  readonly paid: Wei;
  readonly changes: readonly { readonly kind: SettlementAction['kind']; readonly receipt: Receipt }[];
}

/**
 * Pays free stake and credit of the provider that `settlement` owns to `to`, and has it take no new deals. What is locked stays until its
 * deals end: the same again pays that out then. NOT_REGISTERED.
 */
export const handOver = async (settlement: Settlement, to: Address, signal: AbortSignal): Promise<HandedOver> => {
  const provider = settlement.account;
  const changes: { kind: SettlementAction['kind']; receipt: Receipt }[] = [];
  const submit = async (action: SettlementAction): Promise<void> => {
    changes.push({ kind: action.kind, receipt: await settlement.submit(action, { signal }) });
  };
  const sheetNow = async (): Promise<ProviderSheet> => {
    const sheet = await settlement.agreed.provider(provider, signal);
    if (sheet === undefined) throw new HoldfastError('NOT_REGISTERED', { provider });
    return sheet;
  };

  const { ask, lastProven, syncedThrough, decided } = await sheetNow();
  // Misses that nobody has recorded yet come out of the stake: what is free is known after them.
  if (Math.max(lastProven, syncedThrough) < decided) await submit({ kind: 'sync', provider });
  if (ask.maxLeaves > 0) await submit({ kind: 'setAsk', provider, ask: { ...ask, maxLeaves: leaves(0) } });
  const { stake, locked } = await sheetNow();
  if (stake > locked) await submit({ kind: 'unstake', amount: wei(stake - locked) });
  const { credit } = await settlement.agreed.balances(provider, signal);
  if (credit > 0n) await submit({ kind: 'withdraw', amount: credit, to });
  return { ...(await sheetNow()), paid: credit, changes };
};
