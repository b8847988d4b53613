import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { leastEgress, vouchersEnded } from '../../core/market/egress-cover.js';
import { checkRead, checkVoucher, type Voucher } from '../../core/market/voucher.js';
import type { Deal, MarketParameters } from '../../core/market/deal.js';
import type { MarketIdentity } from '../../core/keys/market-identity.js';
import { wei, type DealId, type Wei } from '../../core/units.js';
import type { EgressState } from '../../ports/link.js';
import type { ProviderEgress, ProviderJournal } from '../../ports/journal.js';
import type { Serial } from '../../core/tasks/serial.js';
import type { Admitted } from '../accept/authorization.js';
import { isOver } from '../settle/decide-settlement.js';
import type { VoucherSeal } from '../settle/voucher-seal.js';
import { egressLock } from '../lock-names.js';
import type { ProviderPolicy } from '../policy.js';

/** Counts what was read of deals with an egress price, and keeps what they were paid with. */
export interface Till extends VoucherSeal {
  /**
   * Takes `voucher`, if it is better than the one at hand, and counts `bytes` as served; resolves once both may be relied on, whatever
   * signed revision is posted (R12). BAD_VOUCHER, EGRESS_UNPAID, EGRESS_UNFUNDED, EGRESS_ENDED: nothing is to be served. Free deals pass.
   */
  charge(admitted: Admitted, bytes: number, voucher: Voucher | undefined): Promise<void>;
  /** Whether `voucher` is over more than the one at hand. Says nothing about its signature. */
  isBetter(deal: DealId, voucher: Voucher): Promise<boolean>;
  /** Takes back what {@link charge} counted for a read that then could not be served. */
  refund(deal: DealId, bytes: number): Promise<void>;
  state(deal: DealId): Promise<EgressState>;
}

/** Deals remembered as ended by this provider: the chain says so a moment later. */
const SEALS = 4_096;

export interface TillOptions {
  readonly identity: MarketIdentity;
  readonly parameters: Pick<MarketParameters, 'periodBlocks' | 'windowBlocks'>;
  readonly journal: ProviderJournal;
  /** By {@link egressLock}. */
  readonly locks: Serial;
  readonly policy: Pick<ProviderPolicy, 'egressCredit'>;
}

/** A voucher is taken as a whole or not at all: redeemed, it takes what it says, and revisions that were signed need the rest. */
const requireCovered = (deal: DealId, voucher: Pick<Voucher, 'amount'> | undefined, most: Wei): void => {
  const needed = voucher?.amount ?? 0n;
  if (needed > most) throw new HoldfastError('EGRESS_UNFUNDED', { deal, needed, available: most, missing: wei(needed - most) });
};

export const createTill = ({ identity, parameters, journal, locks, policy }: TillOptions): Till => {
  /** Bytes served by this process's count; the journal's may lag behind by less than the credit. */
  const served = new Map<DealId, number>();
  const sealed = new Set<DealId>();
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

  const take = async ({ deal, ...now }: Admitted, bytes: number, offered: Voucher | undefined): Promise<void> => {
    const before = await read(deal.id);
    const ending = sealed.has(deal.id) || isOver(deal, now, parameters);
    const ended = vouchersEnded(deal, now.period) ?? (ending ? 'its provider is about to end it' : undefined);
    const signed = ((await journal.deal(deal.id))?.revisions ?? []).map(({ revision }) => revision);
    const most = leastEgress(deal, signed, now.period);
    const voucher = better(deal, before.voucher, ended === undefined ? offered : undefined);
    if (voucher !== before.voucher) requireCovered(deal.id, voucher, most);
    const account = { served: before.served, amount: voucher?.amount ?? wei(0n) };
    const unpaid = checkRead(deal, account, bytes, { credit: policy.egressCredit, most });
    const refusal = unpaid && ended !== undefined ? new HoldfastError('EGRESS_ENDED', { deal: deal.id, reason: ended }) : unpaid;
    const after = before.served + (refusal === undefined ? bytes : 0);
    const unwritten = after - ((await journal.egress(deal.id))?.served ?? 0);
    // What is not written when a crash comes is given away: less than the credit.
    if (voucher !== before.voucher || unwritten >= Math.max(1, policy.egressCredit))
      await journal.recordEgress({ deal: deal.id, served: after, voucher });
    served.set(deal.id, after);
    if (refusal !== undefined) throw refusal;
  };

  const giveBack = async (deal: DealId, bytes: number): Promise<void> => {
    const { served: counted, voucher } = await read(deal);
    const after = Math.max(0, counted - bytes);
    served.set(deal, after);
    if (((await journal.egress(deal))?.served ?? 0) > after) await journal.recordEgress({ deal, served: after, voucher });
  };

  return {
    refund: (deal, bytes) => locks(egressLock(deal), () => giveBack(deal, bytes)),
    charge: async (admitted, bytes, voucher) => {
      const { id, egressPrice } = admitted.deal;
      if (egressPrice > 0n) await locks(egressLock(id), () => take(admitted, bytes, voucher));
    },
    isBetter: async (deal, { amount }) => amount > ((await journal.egress(deal))?.voucher?.amount ?? 0n),
    seal: (deal, amount) =>
      locks(egressLock(deal), async () => {
        if (((await journal.egress(deal))?.voucher?.amount ?? 0n) > amount) return false;
        sealed.add(deal);
        const [oldest] = sealed;
        if (sealed.size > SEALS && oldest !== undefined) sealed.delete(oldest);
        return true;
      }),
    unseal: (deal) => void sealed.delete(deal),
    state: async (deal) => {
      const { served: bytes, voucher } = await read(deal);
      return { served: bytes, voucher: voucher && { amount: voucher.amount, signature: voucher.signature } };
    },
  };
};
