import type { Deal } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { leastEgress } from '../../core/market/egress-cover.js';
import { periodAt } from '../../core/market/schedule.js';
import type { Serial } from '../../core/tasks/serial.js';
import { unlessAborted } from '../../core/tasks/waiting.js';
import { bytesPaidDown, checkVoucher, egressUp, nextAmount, voucherDigest, type Voucher } from '../../core/market/voucher.js';
import { wei, type DealId, type Wei } from '../../core/units.js';
import type { Authorization, ProviderLink } from '../../ports/link.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { Catalogue } from '../../ports/catalogue.js';
import type { Signer } from '../../ports/world.js';
import type { RenterLimits } from '../limits.js';
import type { Purse } from './purse.js';

/** Where a provider is asked what it has served of a deal. */
export interface Till {
  readonly link: ProviderLink;
  readonly authorization: Authorization;
}

/** A read that is to be paid. */
export interface PaidRead extends Till {
  readonly bytes: number;
  /** Bytes that will be asked for next, of which one step is paid ahead. */
  readonly later: number;
  readonly purse: Purse;
}

/** Pays for reads by cumulative vouchers; each amount is in the catalogue before it leaves. */
export interface Egress {
  /**
   * Token wei that reading `bytes` more would add to what is promised, and what the escrow leaves for it. Where the provider's till may be asked (`at`), what
   * it was promised before and has served nothing for counts as paid; else all of it counts as spent. Errors as of {@link pay}, with `at` alone.
   */
  estimate(deal: DealId, bytes: number, signal?: AbortSignal, at?: Till): Promise<{ readonly cost: Wei; readonly available: Wei }>;
  /**
   * The voucher to send along; undefined where reading is free. EGRESS_UNFUNDED, EGRESS_ABOVE_LIMIT, EGRESS_OVERCHARGED, EGRESS_UNSERVED: nothing
   * was promised.
   */
  pay(read: PaidRead, signal?: AbortSignal): Promise<Voucher | undefined>;
  /** A read that was paid for did not come, or not as it should: a step's worth counts as lost. */
  lost(deal: DealId): void;
  /**
   * Asks the provider again, before the next payment, how much it has served: none of the `refused` bytes that were asked for, since by its own word
   * it did not serve them.
   */
  recount(deal: DealId, refused?: number): void;
}

export interface EgressParts {
  readonly settlement: SettlementReader;
  readonly catalogue: Catalogue;
  readonly signer: Signer;
  readonly serial: Serial;
  readonly limits: Pick<RenterLimits, 'egressStep' | 'egressLoss'>;
}

/** A deal, and the most that its vouchers can be good for, token wei. */
interface PaidDeal {
  readonly deal: Deal;
  readonly most: Wei;
}

/** Where the reads of one deal stand. */
interface Meter {
  readonly deal: Deal;
  /** Bytes served before and asked for since. */
  asked: number;
  /** Of these, bytes that the provider refused. */
  refused: number;
  promised: Wei;
  voucher: Voucher | undefined;
}

export const createEgress = ({ settlement, catalogue, signer, serial, limits }: EgressParts): Egress => {
  const deals = new Map<DealId, Promise<PaidDeal | undefined>>();
  const meters = new Map<DealId, Meter>();
  /** Meters of this run that were given up for a recount. */
  const former = new Map<DealId, Meter>();
  const losses = new Map<DealId, number>();
  const lostOf = (deal: DealId): number => losses.get(deal) ?? 0;

  /** What vouchers of the deal can be good for, whichever revision that we signed is posted: the provider accepts no more. */
  const coverOf = async (deal: Deal): Promise<Wei> => {
    const [{ block }, record] = await Promise.all([settlement.agreed.head(), catalogue.deal(deal.id)]);
    const signed = [record?.current?.revision, record?.proposed?.revision].filter((revision) => revision !== undefined);
    return leastEgress(deal, signed, periodAt(block, settlement.genesisBlock, settlement.parameters.periodBlocks));
  };
  /** A free deal as the nearest RPC tells it, since then no money moves; any other as two tell it. */
  const readDeal = async (id: DealId): Promise<PaidDeal | undefined> => {
    const near = await settlement.deal(id);
    if (near === undefined || near.egressPrice === 0n) return near && { deal: near, most: wei(0n) };
    const deal = await settlement.agreed.deal(id);
    return deal && { deal, most: await coverOf(deal) };
  };
  /** Several reads may wait for one answer: whoever gives up takes it from nobody else. */
  const dealOf = (id: DealId, signal?: AbortSignal): Promise<PaidDeal | undefined> => {
    const asked = deals.get(id) ?? readDeal(id);
    if (!deals.has(id)) asked.catch(() => deals.get(id) === asked && deals.delete(id));
    deals.set(id, asked);
    return unlessAborted(asked, signal);
  };

  /** The highest amount that this wallet is known to have promised: by the catalogue, the chain, or the provider's own proof. */
  const highest = async (deal: Deal, shown: Voucher | undefined): Promise<Wei> => {
    const own = await catalogue.promised(deal.id);
    const proven = shown !== undefined && checkVoucher(settlement.identity, deal, shown) === undefined ? shown.amount : 0n;
    return wei([deal.redeemed, own, proven].reduce((most, amount) => (amount > most ? amount : most), 0n));
  };

  /**
   * Bytes that the provider may count as served: what was paid for when this run began; from then on what the run asked for and was not refused, and
   * what another process has paid for beyond our own promise. Else it could count as served each step that is paid ahead, and each range asked for ahead.
   */
  const expectedOf = ({ id, egressPrice }: Deal, promised: Wei): number => {
    const before = former.get(id);
    const paid = bytesPaidDown(egressPrice, promised);
    return before === undefined ? paid : before.asked - before.refused + paid - bytesPaidDown(egressPrice, before.promised);
  };

  const openMeter = async (deal: Deal, { link, authorization }: Till, signal?: AbortSignal): Promise<Meter> => {
    const { served, voucher } = await link.egress(authorization, signal);
    const promised = await highest(deal, voucher);
    const paid = expectedOf(deal, promised);
    const tolerated = Math.max(0, limits.egressLoss - lostOf(deal.id));
    const claimed = Math.max(0, served - paid);
    if (claimed > tolerated) throw new HoldfastError('EGRESS_OVERCHARGED', { deal: deal.id, claimed: served, paid, tolerated });
    // Believed, and counted: what is claimed in a run stays under one limit with what is lost in it.
    losses.set(deal.id, lostOf(deal.id) + claimed);
    const meter: Meter = { deal, asked: served, refused: 0, promised, voucher: undefined };
    meters.set(deal.id, meter);
    return meter;
  };

  /** Signs `amount` once it is on disk. */
  const sign = async (meter: Meter, amount: Wei): Promise<Voucher> => {
    const { id } = meter.deal;
    await catalogue.putPromised(id, amount);
    meter.promised = amount;
    return { amount, signature: await signer.sign(voucherDigest(settlement.identity, id, amount)) };
  };

  const payFor = async ({ deal, most }: PaidDeal, read: PaidRead, signal?: AbortSignal): Promise<Voucher> => {
    const lost = lostOf(deal.id);
    if (lost >= limits.egressLoss) throw new HoldfastError('EGRESS_UNSERVED', { deal: deal.id, lost, limit: limits.egressLoss });
    const meter = meters.get(deal.id) ?? (await openMeter(deal, read, signal));
    const asked = meter.asked + read.bytes;
    const ahead = asked + Math.min(read.later, Math.max(0, limits.egressStep - read.bytes));
    const needed = egressUp(deal.egressPrice, asked);
    if (needed > most) {
      throw new HoldfastError('EGRESS_UNFUNDED', { deal: deal.id, needed, available: most, missing: wei(needed - most) });
    }
    const wanted = nextAmount(deal.egressPrice, meter.promised, asked, ahead);
    // A step ahead may be more than the escrow has: then what it has.
    const amount = wanted <= most || wanted === meter.promised ? wanted : most;
    read.purse.take(amount - meter.promised);
    if (meter.voucher?.amount !== amount) meter.voucher = await sign(meter, amount);
    meter.asked = asked;
    return meter.voucher;
  };

  return {
    estimate: async (id, bytes, signal, at) => {
      const known = await dealOf(id, signal);
      if (known === undefined || known.deal.egressPrice === 0n) return { cost: wei(0n), available: wei(0n) };
      const { deal, most } = known;
      if (at !== undefined) {
        const { asked, promised } = await serial(`egress ${id}`, async () => meters.get(id) ?? (await openMeter(deal, at, signal)));
        const needed = egressUp(deal.egressPrice, asked + bytes);
        return { cost: wei(needed > promised ? needed - promised : 0n), available: wei(most > promised ? most - promised : 0n) };
      }
      const promised = await highest(deal, undefined);
      return { cost: egressUp(deal.egressPrice, bytes), available: wei(most > promised ? most - promised : 0n) };
    },
    pay: async (read, signal) => {
      const id = read.authorization.deal;
      const known = await dealOf(id, signal);
      if (known === undefined || known.deal.egressPrice === 0n) return undefined;
      return serial(`egress ${id}`, () => payFor(known, read, signal));
    },
    lost: (deal) => {
      if (meters.has(deal)) losses.set(deal, lostOf(deal) + limits.egressStep);
    },
    recount: (deal, refused = 0) => {
      const meter = meters.get(deal);
      // Of what is free nothing is counted.
      const counted = meter ?? former.get(deal);
      if (counted !== undefined) counted.refused += refused;
      if (meter === undefined) return;
      former.set(deal, meter);
      meters.delete(deal);
      deals.delete(deal);
    },
  };
};
