import type { Ask, MarketParameters } from '../../core/market/deal.js';
import { monthlyUp } from '../../core/market/monthly-price.js';
import { requireShape } from '../../core/data/erasure.js';
import { rateUp } from '../../core/market/rent.js';
import { egressUp } from '../../core/market/voucher.js';
import { LEAF_BYTES, leaves, wei, type Address, type DealId, type Leaves, type Period, type Wei } from '../../core/units.js';

/** Leaves that each provider holds of a file of `bytes` bytes, coded with `k` data shards: of every slab but the last all are full. */
export const leavesPerProvider = (bytes: number, k: number): Leaves => leaves(Math.ceil(bytes / (k * LEAF_BYTES)));

/** What is to be stored, per provider: a file, or a step of one. */
export interface SpacePlan {
  /** Of the whole file and those that follow it; undefined as long as that is not known. */
  readonly bytes: number | undefined;
  readonly k: number;
  readonly n: number;
  /** Leaves of this file, or this step of it. */
  readonly leaves: Leaves;
  /** Bound of a new deal: that, what comes after it as far as one deal takes it, and the room. */
  readonly maxLeaves: Leaves;
  /** Leaves of the steps after this one, as far as they are known. */
  readonly later?: Leaves;
  /** Leaves to be free in a deal that is there beside them, for a page of the catalogue. Default: 0. */
  readonly pages?: Leaves;
}

/** ERASURE_SHAPE_INVALID for a bad k or n. `room` in bytes of later files; by default as much again. */
export const planSpace = ({ bytes, k, n, room = bytes }: { bytes: number; k: number; n: number; room?: number | undefined }): SpacePlan => {
  requireShape(k, n);
  const own = leavesPerProvider(bytes, k);
  return { bytes, k, n, leaves: own, maxLeaves: leaves(own + leavesPerProvider(room, k)) };
};

/** A step of a file, which has `offset` bytes before it and `step` at most of its own. */
export interface StepSpace {
  /** Of the whole file, if that is known. */
  readonly bytes: number | undefined;
  readonly offset: number;
  readonly step: number;
  readonly k: number;
  readonly n: number;
  /** Bytes of later files. */
  readonly room: number | undefined;
  /** Bytes of room for files that follow in the same run. Default: 0. */
  readonly following?: number | undefined;
  /** Leaves that a deal is opened for, unless a step or the room that was asked for takes more. */
  readonly dealLeaves: number;
  /** Leaves that a new deal has for the catalogue's pages beside all of it. Default: 0. */
  readonly pages?: number;
}

/** Leaves for one page of the catalogue that tells of a few files, 8 KiB. */
const PAGE_LEAVES = 256;

/** Leaves to be free for a page in a deal that is there, where new ones are opened with `pages` leaves for pages. */
export const pageRoom = (pages: number): Leaves => leaves(Math.min(pages, PAGE_LEAVES));

/** What a step takes: a new deal has room for it and what comes after it, as much as a deal takes. */
export const planStep = ({ bytes, offset, step, k, n, room, following = 0, dealLeaves, pages = 0 }: StepSpace): SpacePlan => {
  requireShape(k, n);
  const own = leavesPerProvider(step, k);
  const rest = bytes === undefined ? 0 : leavesPerProvider(Math.max(0, bytes - offset - step), k);
  const later = rest + leavesPerProvider(following, k);
  const wanted = own + later + (room === undefined ? leavesPerProvider((bytes ?? step) + following, k) : 0);
  const bound = Math.max(own, Math.min(wanted, dealLeaves)) + (room === undefined ? 0 : leavesPerProvider(room, k));
  const whole = bytes === undefined ? undefined : bytes + following;
  const space = { bytes: whole, k, n, leaves: own, maxLeaves: leaves(bound + pages), pages: pageRoom(pages) };
  return { ...space, ...(later > 0 && { later: leaves(later) }) };
};

/** What a new deal is paid in for. */
export interface EscrowTerms {
  readonly price: Wei;
  readonly egressPrice: Wei;
  readonly maxLeaves: Leaves;
  readonly now: Period;
  readonly maxEnd: Period;
  readonly unit: Wei;
  /** How often all of its room can be read. */
  readonly reads: number;
}

/** What `reads` full reads of a new deal's room cost: the bound of its vouchers, so that a stolen session key can cost no more. */
export const maxEgressFor = ({ egressPrice, maxLeaves, reads }: Pick<EscrowTerms, 'egressPrice' | 'maxLeaves' | 'reads'>): Wei =>
  egressUp(egressPrice, maxLeaves * LEAF_BYTES * reads);

/** Escrow of a new deal: rent of all its room from the next period to its end, and `reads` full reads of it; at least one unit. */
export const escrowFor = ({ unit, ...terms }: EscrowTerms): Wei => {
  const { price, maxLeaves, now, maxEnd } = terms;
  const sum = rateUp(price, maxLeaves) * BigInt(Math.max(0, maxEnd - now - 1)) + maxEgressFor(terms);
  return wei(sum > unit ? sum : unit);
};

/** One provider's part of a quote. `deal` if one with room is there already. */
export interface QuotePart {
  readonly provider: Address;
  readonly price: Wei;
  /** Token wei per GiB read. */
  readonly egressPrice: Wei;
  readonly end: Period;
  readonly deal?: DealId;
  /** Leaves that a deal which is there has room for. Default: those of this step alone. */
  readonly free?: number;
  /** Token wei to be paid in now; zero for a deal that is there. */
  readonly escrow: Wei;
  /** Bound of the new deal. */
  readonly maxLeaves: Leaves;
  /** What all vouchers of the deal together may take, token wei. */
  readonly maxEgress: Wei;
}

/** What storing a file will cost, before anything is paid; where its length is not known, what a step of it costs. */
export interface Quote extends SpacePlan {
  /** Token wei per GiB and 30 days that the dearest chosen provider asks. */
  readonly pricePerGibMonth: Wei;
  /** Token wei per GiB of file and 30 days, all n providers together. */
  readonly filePricePerGibMonth: Wei;
  /** Rent of this file at all providers to the end of their deals. */
  readonly total: Wei;
  /** What reading the whole file once costs at most, from the dearest k of its providers. */
  readonly readOnce: Wei;
  /** What goes from the wallet into escrow now; what is not used comes back. */
  readonly escrow: Wei;
  /** What goes into escrow with the steps after this one, at these prices, as far as they are known. */
  readonly laterEscrow: Wei;
  /** What a stolen session key could redeem of the new deals at most. */
  readonly maxEgress: Wei;
  readonly parts: readonly QuotePart[];
  /** The period in which it was made, and how long one lasts as the chain's blocks come. */
  readonly now: Period;
  readonly periodMilliseconds: number;
}

/** What the part's provider is paid in for the steps that its deal has no room for. */
const laterOf = ({ deal, maxLeaves, free, ...terms }: QuotePart, plan: SpacePlan, now: Period, reads: number): bigint => {
  const room = deal === undefined ? maxLeaves : (free ?? plan.leaves);
  const left = Math.max(0, room - plan.leaves);
  const later = leaves(Math.max(0, (plan.later ?? 0) - left));
  return later === 0 ? 0n : escrowFor({ ...terms, maxLeaves: later, now, maxEnd: terms.end, unit: wei(0n), reads });
};

/** Adds the parts up. `reads` as often as new deals can pay for reading all of their room. */
export const quoteOf = (
  plan: SpacePlan,
  parts: readonly QuotePart[],
  now: Period,
  parameters: Pick<MarketParameters, 'periodBlocks'>,
  blockMilliseconds: number,
  reads = 1,
): Quote => {
  const whole = leaves(plan.leaves + (plan.later ?? 0));
  const sum = (amounts: readonly bigint[]): Wei => wei(amounts.reduce((total, amount) => total + amount, 0n));
  const monthly = parts.map(({ price }) => monthlyUp(price, parameters, blockMilliseconds));
  const reading = parts.map(({ egressPrice }) => egressUp(egressPrice, whole * LEAF_BYTES));
  const dearest = reading.sort((a, b) => (a < b ? 1 : -1));
  return {
    ...plan,
    pricePerGibMonth: wei(monthly.reduce<bigint>((most, price) => (price > most ? price : most), 0n)),
    filePricePerGibMonth: wei((sum(monthly) + BigInt(plan.k) - 1n) / BigInt(plan.k)),
    total: sum(parts.map(({ price, end }) => rateUp(price, whole) * BigInt(Math.max(0, end - now - 1)))),
    readOnce: sum(dearest.slice(0, plan.k)),
    escrow: sum(parts.map(({ escrow }) => escrow)),
    laterEscrow: sum(parts.map((part) => laterOf(part, plan, now, reads))),
    maxEgress: sum(parts.map(({ deal, maxEgress }) => (deal === undefined ? maxEgress : 0n))),
    parts,
    now,
    periodMilliseconds: parameters.periodBlocks * blockMilliseconds,
  };
};

/** Bound of a new deal at a provider with this ask: never under what it takes at least. */
export const maxLeavesAt = ({ minLeaves }: Ask, plan: SpacePlan): Leaves => leaves(Math.max(plan.maxLeaves, minLeaves));
