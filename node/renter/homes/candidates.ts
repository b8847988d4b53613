import type { ProviderRecord, ProviderSheet } from '../../core/market/deal.js';
import type { Address } from '../../core/units.js';
import { rankProviders, rankRecords, type Wanted } from './choose-providers.js';
import type { RenterContext } from '../context.js';

/** Providers whose newest sheets fit a new deal, the cheapest first. Sheets are read as they are needed. */
export interface Candidates {
  /** How many more fit, counted up to `count`. */
  count(count: number, signal?: AbortSignal): Promise<number>;
  /** The next `count` that fit; fewer only when there are no more. */
  take(count: number, signal?: AbortSignal): Promise<readonly ProviderSheet[]>;
  /** Who does not fit and why, as far as was looked. */
  readonly refused: ReadonlyMap<Address, string>;
}

/** The part of a renter's world that choosing needs. */
export interface CandidateSource {
  readonly settlement: Pick<RenterContext['settlement'], 'account' | 'providerSheets'>;
  readonly limits: Pick<RenterContext['limits'], 'candidates'>;
}

/** Chooses by the asks in `records` whose sheets to read, and by the sheets who fits. */
export const createCandidates = (
  { settlement, limits }: CandidateSource,
  records: readonly ProviderRecord[],
  wanted: Wanted,
  excluded: ReadonlySet<Address>,
): Candidates => {
  const { ranked, refused: unfit } = rankRecords(records, wanted, excluded, settlement.account);
  const refused = new Map(unfit.map(({ provider, reason }) => [provider, reason]));
  const fitting: ProviderSheet[] = [];
  let next = 0;
  const readPage = async (signal?: AbortSignal): Promise<void> => {
    const page = ranked.slice(next, next + limits.candidates);
    const sheets = (await settlement.providerSheets(page, signal)).filter((sheet) => sheet !== undefined);
    next += page.length;
    const found = rankProviders(sheets, wanted, excluded);
    fitting.push(...found.ranked);
    for (const { provider, reason } of found.refused) refused.set(provider, reason);
  };
  const atLeast = async (count: number, signal?: AbortSignal): Promise<number> => {
    while (fitting.length < count && next < ranked.length) await readPage(signal);
    return Math.min(count, fitting.length);
  };
  return {
    refused,
    count: atLeast,
    take: async (count, signal) => fitting.splice(0, await atLeast(count, signal)),
  };
};
