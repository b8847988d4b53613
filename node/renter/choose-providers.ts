import type { MarketParameters, ProviderSheet } from '../core/deal.js';
import { lockedOf, weightFor } from '../core/rent.js';
import { weight } from '../core/units.js';
import type { Address, Period, Wei } from '../core/units.js';
import { maxLeavesAt } from './quote.js';
import type { SpacePlan } from './quote.js';

/** What a deal must offer to be opened. */
export interface Wanted {
  readonly plan: SpacePlan;
  readonly now: Period;
  readonly maxEnd: Period;
  /** Most token wei per GiB-period. */
  readonly maxPrice?: Wei | undefined;
  readonly maxEgressPrice?: Wei | undefined;
  readonly parameters: MarketParameters;
}

/** Whether the last decided period was proven, or there was nothing to prove. */
export const isProving = ({ total, lastProven, decided }: ProviderSheet): boolean => total === 0n || lastProven >= decided;

const freeStake = ({ stake, locked }: ProviderSheet): bigint => stake - locked;

/** Why no deal like `wanted` should be opened at the provider, or undefined. */
export const refusalOf = (
  sheet: ProviderSheet,
  { plan, now, maxEnd, maxPrice, maxEgressPrice, parameters }: Wanted,
): string | undefined => {
  const { ask } = sheet;
  const bound = maxLeavesAt(ask, plan);
  if (!isProving(sheet)) return 'missed its last audit';
  if (maxPrice !== undefined && ask.price > maxPrice) return 'asks too much';
  if (maxEgressPrice !== undefined && ask.egressPrice > maxEgressPrice) return 'asks too much for reading';
  if (bound > ask.maxLeaves) return 'does not take that much';
  if (maxEnd > now + ask.maxPeriods) return 'does not take deals that long';
  const total = weight(sheet.total + weightFor(ask.price, bound, parameters));
  if (lockedOf(total, parameters.unit) > sheet.stake) return 'has too little free stake';
  return undefined;
};

const byPrice = (a: ProviderSheet, b: ProviderSheet): number => {
  if (a.ask.price !== b.ask.price) return a.ask.price < b.ask.price ? -1 : 1;
  if (freeStake(a) !== freeStake(b)) return freeStake(a) > freeStake(b) ? -1 : 1;
  return a.provider < b.provider ? -1 : 1;
};

/** Who can be asked for a new deal, the cheapest first, then the one with more free stake; and why not the others. */
export const rankProviders = (
  sheets: readonly ProviderSheet[],
  wanted: Wanted,
  excluded: ReadonlySet<Address>,
): { readonly ranked: readonly ProviderSheet[]; readonly refused: readonly { readonly provider: Address; readonly reason: string }[] } => {
  const others = sheets.filter(({ provider }) => !excluded.has(provider));
  const judged = others.map((sheet) => ({ sheet, reason: refusalOf(sheet, wanted) }));
  return {
    ranked: judged
      .filter(({ reason }) => reason === undefined)
      .map(({ sheet }) => sheet)
      .sort(byPrice),
    refused: judged.flatMap(({ sheet, reason }) => (reason === undefined ? [] : [{ provider: sheet.provider, reason }])),
  };
};
