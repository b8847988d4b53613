import type { Deal, MarketParameters } from './deal.js';
import { LEAVES_PER_GIB, weight, wei, type Period, type Wei, type Weight } from '../units.js';

/** Twins of `contracts/libraries/Rent.sol`: rules R5 and R6. Amounts are token wei; a rounding direction is in the name. */

const BASIS = 10_000n;
const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
const smaller = <T extends bigint>(a: T, b: T): T => (a < b ? a : b);

type Collateral = Pick<MarketParameters, 'unit' | 'collateralPeriods'>;

/** Rent a period: ⌈price · leaves / 2^25⌉, `price` per GiB-period. */
export const rateUp = (price: bigint, leaves: number): Wei => wei(ceilDiv(price * BigInt(leaves), BigInt(LEAVES_PER_GIB)));

/** Rent a period of so many leaves in each of these deals. */
export const ratesUp = (parts: Iterable<readonly [Pick<Deal, 'price'>, number]>): Wei => {
  let sum = 0n;
  for (const [{ price }, leaves] of parts) sum += rateUp(price, leaves);
  return wei(sum);
};

/** Units of collateral of a deal with leaves: max(1, ⌈rate · CP / unit⌉). May not fit 64 bits: a commit refuses that. */
export const weightUp = (rate: bigint, { unit, collateralPeriods }: Collateral): Weight => {
  const units = ceilDiv(rate * BigInt(collateralPeriods), unit);
  return (units > 1n ? units : 1n) as Weight;
};

/** Weight of a deal with `leaves` at `price`: zero exactly while it has none. */
export const weightFor = (price: bigint, leaves: number, parameters: Collateral): Weight =>
  leaves === 0 ? weight(0n) : weightUp(rateUp(price, leaves), parameters);

/** Collateral behind `total` units of weight, token wei. */
export const lockedOf = (total: Weight, unit: Wei): Wei => wei(total * unit);

/** Last period that rent can be moved for: min(decided, end − 1, defaultPeriod − 1). */
export const settlesThrough = (decided: number, end: number, defaultPeriod = Infinity): number =>
  Math.min(decided, end - 1, defaultPeriod - 1);

/** Rent of the periods `from + 1 … to` without those `misses` of them that were missed; zero if none are left. */
export const rentDue = ({ rate, from, to, misses }: { rate: bigint; from: number; to: number; misses: number }): Wei =>
  wei(rate * BigInt(Math.max(0, to - from - misses)));

/** Escrow that later periods, up to `end − 1`, may still cost once settled `through`: rate · max(0, end − 1 − through). */
export const reserved = ({ rate, end, through }: { rate: bigint; end: number; through: number }): Wei =>
  wei(rate * BigInt(Math.max(0, end - 1 - through)));

/** Escrow that a commit in `period` must leave: newRate · (newEnd − period − 1), at least zero. */
export const escrowNeeded = (newRate: bigint, newEnd: number, period: number): Wei =>
  reserved({ rate: newRate, end: newEnd, through: period });

/** Escrow of `deal` once settled through the decided period, `misses` of the unsettled ones having been missed. At least zero. */
export const escrowAfter = (deal: Pick<Deal, 'rate' | 'settledThrough' | 'end' | 'escrow'>, decided: Period, misses: number): Wei => {
  const rent = rentDue({ rate: deal.rate, from: deal.settledThrough, to: settlesThrough(decided, deal.end), misses });
  return wei(deal.escrow - smaller(rent, deal.escrow));
};

/** Where the wei of one miss go. */
export interface Slash {
  readonly burnt: Wei;
  readonly bounty: Wei;
  readonly compensation: Wei;
}

/** What one unit of weight loses in a miss, by destination; R9 makes each an exact division. */
export const slashPerUnit = ({ unit, missBps, burnBps, bountyBps, compensationBps }: MarketParameters): Slash => {
  const share = (bps: number): Wei => wei((unit * BigInt(missBps) * BigInt(bps)) / (BASIS * BASIS));
  return { burnt: share(burnBps), bounty: share(bountyBps), compensation: share(compensationBps) };
};

/** One miss of a provider with `total` units of weight: the bounty is capped and its excess burnt. */
export const slashOf = (total: Weight, parameters: MarketParameters): Slash => {
  const unit = slashPerUnit(parameters);
  const bounty = smaller(unit.bounty * total, parameters.bountyCap);
  return {
    burnt: wei(unit.burnt * total + unit.bounty * total - bounty),
    bounty: wei(bounty),
    compensation: wei(unit.compensation * total),
  };
};

/** Whether the stake covers too little of the collateral, which makes a default: stake · 10^4 < coverBps · unit · T. */
export const isUndercovered = (stake: Wei, total: Weight, { coverBps, unit }: Pick<MarketParameters, 'coverBps' | 'unit'>): boolean =>
  stake * BASIS < BigInt(coverBps) * unit * total;

/** What a unit of weight is paid out at: min(unit, ⌊stake / T⌋). RangeError with T = 0. */
export const coverDown = (stake: Wei, total: Weight, unit: Wei): Wei => {
  if (total === 0n) throw new RangeError('total weight must not be zero');
  return smaller(unit, wei(stake / total));
};

/** What a default does to the stake: each unit of weight gets `share`; a rest below T wei is burnt when share < unit. */
export const defaultOf = (stake: Wei, total: Weight, unit: Wei): { readonly share: Wei; readonly burnt: Wei; readonly stake: Wei } => {
  const share = coverDown(stake, total, unit);
  const left = wei(stake - share * total);
  return share < unit ? { share, burnt: left, stake: wei(0n) } : { share, burnt: wei(0n), stake: left };
};

/** Compensation owed to a deal of `weight` since the accumulator stood at `then`: weight · (now − then). */
export const compensationDue = (dealWeight: Weight, now: bigint, then: bigint): Wei => wei(dealWeight * (now - then));

/** The bond grows by an eighth with each open challenge of the same renter at the provider (R8). */
const BOND_STEPS = 8n;

/** What sets the bonds of challenges. */
export type BondTerms = Pick<MarketParameters, 'bondUnit' | 'bondBps' | 'unit'>;

/**
 * Bond of a challenge of a deal of `dealWeight`, with `ahead` open ones of its renter at the provider before it, token wei:
 * ⌈max(bondUnit, ⌈w · unit · bondBps / 10⁴⌉) · (8 + ahead) / 8⌉.
 */
export const bondUp = (dealWeight: Weight, ahead: number, { bondUnit, bondBps, unit }: BondTerms): Wei => {
  const share = ceilDiv(dealWeight * unit * BigInt(bondBps), BASIS);
  const first = share > bondUnit ? share : bondUnit;
  return wei(ceilDiv(first * (BOND_STEPS + BigInt(ahead)), BOND_STEPS));
};
