import type { Deal } from '../../core/market/deal.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { DealId } from '../../core/units.js';
import type { RenterContext } from '../context.js';

/** The deals of a wallet, as far as chain and logs tell. */
export interface FoundDeals {
  readonly deals: readonly Deal[];
  /** Why the logs were of no use: deals that the contracts name are here all the same. */
  readonly logs: Error | undefined;
}

/** What the logs tell; they may end early, or be an RPC's invention. */
const fromLogs = async ({ settlement, renter }: RenterContext, signal?: AbortSignal) => {
  try {
    return { ids: await settlement.dealIdsOf('renter', renter, signal), logs: undefined };
  } catch (error) {
    if (!isHoldfastError(error, 'LOGS_INCOMPLETE')) throw error;
    return { ids: [], logs: error };
  }
};

/**
 * All deals that the wallet opened: those whose ids follow from wallet, provider and number, whatever an RPC's logs leave out, and what the logs tell
 * beside them. RECOVERY_KEYS_DIFFER where they store something and none names the session key that this wallet's signature gives.
 */
export const findDeals = async (context: RenterContext, signal?: AbortSignal): Promise<FoundDeals> => {
  const { settlement, renter, signer } = context;
  const named = await settlement.namedDealIdsOf('renter', renter, signal);
  const { ids, logs } = await fromLogs(context, signal);
  const found = await settlement.agreed.deals([...new Set<DealId>([...named, ...ids])], signal);
  const deals = found.filter((deal) => deal !== undefined && deal.renter === renter) as Deal[];
  const storing = deals.filter(({ leaves, status }) => leaves > 0 && status !== 'closed');
  if (storing.length > 0 && storing.every((deal) => deal.signer !== signer.address))
    throw new HoldfastError('RECOVERY_KEYS_DIFFER', { account: renter, deals: storing.length });
  return { deals, logs };
};
