import { checkRead, checkVoucher, type Voucher } from '../../core/market/voucher.js';
import type { Deal } from '../../core/market/deal.js';
import type { MarketIdentity } from '../../core/keys/market-identity.js';
import type { DealId } from '../../core/units.js';
import type { EgressState } from '../../ports/link.js';
import type { ProviderEgress, ProviderJournal } from '../../ports/store.js';
import type { Serial } from '../../core/tasks/serial.js';
import type { ProviderPolicy } from '../policy.js';

/** Counts what was read of deals with an egress price, and keeps what they were paid with. */
export interface Till {
  /**
   * Takes `voucher`, if it is better than the one at hand, and counts `bytes` as served; resolves once both may be relied on. BAD_VOUCHER,
   * EGRESS_UNPAID, EGRESS_UNFUNDED: nothing is to be served. Free deals pass.
   */
  charge(deal: Deal, bytes: number, voucher: Voucher | undefined): Promise<void>;
  state(deal: DealId): Promise<EgressState>;
}

export interface TillOptions {
  readonly identity: MarketIdentity;
  readonly journal: ProviderJournal;
  readonly locks: Serial;
  readonly policy: Pick<ProviderPolicy, 'egressCredit'>;
}

export const createTill = ({ identity, journal, locks, policy }: TillOptions): Till => {
  /** Bytes served by this process's count; the journal's may lag behind by less than the credit. */
  const served = new Map<DealId, number>();
  const read = async (deal: DealId): Promise<ProviderEgress> => {
    const kept = await journal.egress(deal);
    return { deal, served: served.get(deal) ?? kept?.served ?? 0, voucher: kept?.voucher };
  };

  /** The voucher to keep: the higher one, and of equals the one by the present signer, whose grace does not run out. */
  const better = (deal: Deal, kept: ProviderEgress['voucher'], offered: Voucher | undefined): ProviderEgress['voucher'] => {
    if (offered === undefined || offered.amount === 0n) return kept;
    const renewed = kept?.amount === offered.amount && kept.signer !== deal.signer;
    if (kept !== undefined && offered.amount <= kept.amount && !renewed) return kept;
    const problem = checkVoucher(identity, deal, offered);
    if (problem !== undefined) throw problem;
    return { amount: offered.amount, signature: offered.signature, signer: deal.signer };
  };

  const take = async (deal: Deal, bytes: number, offered: Voucher | undefined): Promise<void> => {
    const before = await read(deal.id);
    const voucher = better(deal, before.voucher, offered);
    const refusal = checkRead(deal, { served: before.served, amount: voucher?.amount ?? (0n as never) }, bytes, policy.egressCredit);
    const after = before.served + (refusal === undefined ? bytes : 0);
    const unwritten = after - ((await journal.egress(deal.id))?.served ?? 0);
    // What is not written when a crash comes is given away: less than the credit.
    if (voucher !== before.voucher || unwritten >= Math.max(1, policy.egressCredit))
      await journal.recordEgress({ deal: deal.id, served: after, voucher });
    served.set(deal.id, after);
    if (refusal !== undefined) throw refusal;
  };

  return {
    charge: async (deal, bytes, voucher) => {
      if (deal.egressPrice > 0n) await locks(`egress ${deal.id}`, () => take(deal, bytes, voucher));
    },
    state: async (deal) => {
      const { served: bytes, voucher } = await read(deal);
      return { served: bytes, voucher: voucher && { amount: voucher.amount, signature: voucher.signature } };
    },
  };
};
