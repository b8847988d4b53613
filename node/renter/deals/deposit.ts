import type { Deal } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { MAX_EGRESS, MAX_ESCROW, wei, type Address, type DealId, type Wei } from '../../core/units.js';
import type { Receipt } from '../../ports/settlement.js';
import type { RenterContext, TaskOptions } from '../context.js';

/** What a deposit is for. */
export interface DepositOptions extends TaskOptions {
  /** Whether vouchers may take as much more of the escrow, and with them whoever has the session key. */
  readonly forReads?: boolean | undefined;
}

/** A deposit that the chain holds. */
export interface Deposit {
  /** Of its last transaction. */
  readonly receipt: Receipt;
  /** What vouchers of the deal may take in all, token wei. */
  readonly maxEgress: Wei;
}

const outOfBounds = (name: string, value: bigint, max: bigint): HoldfastError =>
  new HoldfastError('OUT_OF_BOUNDS', { name, value, min: 0n, max });

/** Why the contract would refuse the deposit, or the higher bound after it; undefined if it would not. Anybody may deposit for rent. */
export const checkDeposit = (
  deal: Pick<Deal, 'id' | 'status' | 'defaulted' | 'renter' | 'escrow' | 'maxEgress'>,
  amount: Wei,
  { forReads, account }: { readonly forReads: boolean; readonly account: Address },
): HoldfastError | undefined => {
  if (deal.status === 'closed') return new HoldfastError('DEAL_IS_CLOSED', { deal: deal.id });
  if (deal.defaulted !== undefined) return new HoldfastError('DEAL_DEFAULTED', { deal: deal.id });
  if (forReads && deal.renter !== account) return new HoldfastError('NOT_PARTY', { deal: deal.id, caller: account });
  if (deal.escrow + amount > MAX_ESCROW) return outOfBounds('escrow', deal.escrow + amount, MAX_ESCROW);
  if (forReads && deal.maxEgress + amount > MAX_EGRESS) return outOfBounds('maxEgress', deal.maxEgress + amount, MAX_EGRESS);
  return undefined;
};

/**
 * Adds `amount` token wei of this wallet to the deal's escrow, after an approval if one is needed, and where it is for reads, raises what
 * vouchers may take by as much. What the contract would refuse, and BALANCE_TOO_SMALL, come before anything is sent.
 */
export const depositIntoDeal = async (
  { settlement }: RenterContext,
  id: DealId,
  amount: Wei,
  { forReads = false, signal }: DepositOptions = {},
): Promise<Deposit> => {
  const { agreed, account } = settlement;
  const options = signal ? { signal } : {};
  const [[deal], { token, allowance }] = await Promise.all([agreed.dealsNow([id], signal), agreed.balances(account, signal)]);
  if (!deal) throw new HoldfastError('DEAL_UNKNOWN', { deal: id });
  const refusal = checkDeposit(deal, amount, { forReads, account });
  if (refusal) throw refusal;
  if (token < amount) throw new HoldfastError('BALANCE_TOO_SMALL', { account, balance: token, needed: amount });
  if (allowance < amount) await settlement.submit({ kind: 'approve', amount }, options);
  // Given again after a crash between the two, the deposit is answered: what vouchers may take has not been raised yet.
  const named = forReads ? { intention: `deposit ${id} ${amount} over ${deal.maxEgress}` } : {};
  const receipt = await settlement.submit({ kind: 'deposit', deal: id, amount }, { ...options, ...named });
  if (!forReads) return { receipt, maxEgress: deal.maxEgress };
  const { maxEnd, maxLeaves, maxEgress: before } = (await agreed.deal(id, signal)) ?? deal;
  const maxEgress = wei(before + amount);
  return { receipt: await settlement.submit({ kind: 'setBounds', deal: id, maxEnd, maxLeaves, maxEgress }, options), maxEgress };
};
