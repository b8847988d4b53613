import type { Ask, ProviderSheet } from '../core/market/deal.js';
import { gasWei, wei, type Address, type GasWei, type Wei } from '../core/units.js';
import type { SettlementAction } from '../ports/settlement.js';

/** What `provider init` is told. */
export interface ProviderSetup {
  /** What is to be asked, given what a registered provider asks now. */
  readonly ask: (now: Ask | undefined) => Ask;
  /** Token wei of stake that revisions may lock (R6). Undefined leaves it: zero for a new provider. */
  readonly lockLimit: Wei | undefined;
  readonly addresses: readonly string[];
  /** Coin that the operator, which pays for proofs, is to have: the wallet sends what is missing. */
  readonly operatorCoin: GasWei;
}

export const sameAsk = (one: Ask, other: Ask): boolean =>
  one.price === other.price &&
  one.egressPrice === other.egressPrice &&
  one.minLeaves === other.minLeaves &&
  one.maxLeaves === other.maxLeaves &&
  one.maxPeriods === other.maxPeriods;

/** What a set-up starts from. */
export interface SetupSnapshot {
  readonly provider: Address;
  /** Undefined if it never registered. */
  readonly known: Pick<ProviderSheet, 'ask' | 'lockLimit' | 'operator'> | undefined;
  /** The key here, and what it has of the chain's coin. */
  readonly operator: Address;
  readonly operatorCoin: GasWei;
  readonly peerId: string;
}

/** Pure: the transactions that make `setup` true; coin moves last, when nothing can be refused any more. */
export const decideSetup = (
  setup: ProviderSetup,
  { provider, known, operator, operatorCoin, peerId }: SetupSnapshot,
): SettlementAction[] => {
  const { addresses, lockLimit } = setup;
  const ask = setup.ask(known?.ask);
  const actions: SettlementAction[] = [];
  if (known === undefined) actions.push({ kind: 'register', operator, peerId, addresses, ask, lockLimit: lockLimit ?? wei(0n) });
  if (known !== undefined && !sameAsk(known.ask, ask)) actions.push({ kind: 'setAsk', provider, ask });
  if (known !== undefined && lockLimit !== undefined && lockLimit !== known.lockLimit)
    actions.push({ kind: 'setLockLimit', provider, limit: lockLimit });
  if (setup.operatorCoin > operatorCoin)
    actions.push({ kind: 'sendCoin', to: operator, amount: gasWei(setup.operatorCoin - operatorCoin) });
  return actions;
};
