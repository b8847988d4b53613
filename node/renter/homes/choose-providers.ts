import type { Ask, MarketParameters, ProviderRecord, ProviderSheet } from '../../core/market/deal.js';
import { weightFor } from '../../core/market/rent.js';
import type { Address, Period, Wei } from '../../core/units.js';
import type { Standing } from './decide-trust.js';
import { escrowFor, maxLeavesAt, type SpacePlan } from './quote.js';

/** What a deal must offer to be opened. */
export interface Wanted {
  readonly plan: SpacePlan;
  readonly now: Period;
  readonly maxEnd: Period;
  /** Most token wei per GiB-period. */
  readonly maxPrice?: Wei | undefined;
  readonly maxEgressPrice?: Wei | undefined;
  /** How often all of the room can be read. */
  readonly reads: number;
  readonly parameters: MarketParameters;
  /** Providers that failed lately: they come after all others. */
  readonly standings?: ReadonlyMap<Address, Standing>;
}

const PLACES: Readonly<Record<Standing, number>> = { trusted: 0, last: 1, 'passed-over': 2 };
const placeOf = (provider: Address, { standings }: Wanted): number => PLACES[standings?.get(provider) ?? 'trusted'];

/** What opening a deal by this ask takes, token wei: rent alone would let the dearest reads look cheap. */
const costOf = (ask: Ask, { plan, now, maxEnd, reads, parameters: { unit } }: Wanted): bigint =>
  escrowFor({ ...ask, maxLeaves: maxLeavesAt(ask, plan), now, maxEnd, unit, reads });

/** Whether the last decided period was proven, or there was nothing to prove. */
export const isProving = ({ total, lastProven, decided }: ProviderSheet): boolean => total === 0n || lastProven >= decided;

const freeStake = ({ stake, locked }: ProviderSheet): bigint => stake - locked;

/** Why no deal like `wanted` fits the ask, or undefined. */
export const refusalOfAsk = (ask: Ask, { plan, now, maxEnd, maxPrice, maxEgressPrice }: Wanted): string | undefined => {
  if (maxPrice !== undefined && ask.price > maxPrice) return 'asks too much';
  if (maxEgressPrice !== undefined && ask.egressPrice > maxEgressPrice) return 'asks too much for reading';
  if (maxLeavesAt(ask, plan) > ask.maxLeaves) return 'does not take that much';
  return maxEnd > now + ask.maxPeriods ? 'does not take deals that long' : undefined;
};

/** Why no deal like `wanted` should be opened at the provider, or undefined. */
export const refusalOf = (sheet: ProviderSheet, wanted: Wanted): string | undefined => {
  const { ask, stake } = sheet;
  const { plan, parameters } = wanted;
  if (!isProving(sheet)) return 'missed its last audit';
  const refusal = refusalOfAsk(ask, wanted);
  if (refusal !== undefined) return refusal;
  // Anybody may ask any price: what such a deal weighs need not be a weight.
  const total: bigint = sheet.total + weightFor(ask.price, maxLeavesAt(ask, plan), parameters);
  return total * parameters.unit > stake ? 'has too little free stake' : undefined;
};

/** Who did not fail lately first; then the cheapest, by all that a deal there takes and then by its rent alone; of equals the one with more free stake. */
const byCost =
  (wanted: Wanted) =>
  (a: ProviderSheet, b: ProviderSheet): number => {
    const places = placeOf(a.provider, wanted) - placeOf(b.provider, wanted);
    if (places !== 0) return places;
    const [costA, costB] = [costOf(a.ask, wanted), costOf(b.ask, wanted)];
    if (costA !== costB) return costA < costB ? -1 : 1;
    if (a.ask.price !== b.ask.price) return a.ask.price < b.ask.price ? -1 : 1;
    if (freeStake(a) !== freeStake(b)) return freeStake(a) > freeStake(b) ? -1 : 1;
    return a.provider < b.provider ? -1 : 1;
  };

/** Who does not come into question, and why. */
export interface Refusal {
  readonly provider: Address;
  readonly reason: string;
}

const judge = <Known extends ProviderRecord>(
  all: readonly Known[],
  excluded: ReadonlySet<Address>,
  reasonOf: (known: Known) => string | undefined,
): { readonly fitting: Known[]; readonly refused: readonly Refusal[] } => {
  const judged = all.filter(({ provider }) => !excluded.has(provider)).map((known) => ({ known, reason: reasonOf(known) }));
  return {
    fitting: judged.filter(({ reason }) => reason === undefined).map(({ known }) => known),
    refused: judged.flatMap(({ known, reason }) => (reason === undefined ? [] : [{ provider: known.provider, reason }])),
  };
};

/** Who can be asked for a new deal, in the order of {@link byCost}; and why not the others. */
export const rankProviders = (
  sheets: readonly ProviderSheet[],
  wanted: Wanted,
  excluded: ReadonlySet<Address>,
): { readonly ranked: readonly ProviderSheet[]; readonly refused: readonly Refusal[] } => {
  const { fitting, refused } = judge(sheets, excluded, (sheet) => refusalOf(sheet, wanted));
  return { ranked: fitting.sort(byCost(wanted)), refused };
};

/**
 * Whose sheets are worth reading: those with a fitting ask, who did not fail lately first, then the cheapest; and why not the others. Of equal ones those
 * come first whose address is nearest to the renter's by XOR, so that renters do not all begin with the same ones.
 */
export const rankRecords = (
  records: readonly ProviderRecord[],
  wanted: Wanted,
  excluded: ReadonlySet<Address>,
  renter: Address,
): { readonly ranked: readonly Address[]; readonly refused: readonly Refusal[] } => {
  const { fitting, refused } = judge(records, excluded, ({ ask }) => refusalOfAsk(ask, wanted));
  const own = BigInt(renter);
  const keyed = fitting.map(({ provider, ask }) => ({
    provider,
    place: placeOf(provider, wanted),
    cost: costOf(ask, wanted),
    price: ask.price,
    distance: BigInt(provider) ^ own,
  }));
  keyed.sort((a, b) => {
    if (a.place !== b.place) return a.place - b.place;
    if (a.cost !== b.cost) return a.cost < b.cost ? -1 : 1;
    if (a.price !== b.price) return a.price < b.price ? -1 : 1;
    return a.distance < b.distance ? -1 : 1;
  });
  return { ranked: keyed.map(({ provider }) => provider), refused };
};
