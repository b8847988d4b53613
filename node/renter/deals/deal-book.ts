import type { Deal, ProviderSheet } from '../../core/market/deal.js';
import type { DealId } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { RenterDeal } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';

/** A deal as catalogue and chain know it, and its provider. */
export interface KnownDeal {
  readonly record: RenterDeal;
  readonly deal: Deal;
  readonly sheet: ProviderSheet;
}

/** All deals of the catalogue that `chain` knows, joined with both. What is paid for next rests on them, so it is the agreed one. */
export const readDeals = async (
  { catalogue, settlement }: RenterContext,
  signal?: AbortSignal,
  chain: SettlementReader = settlement.agreed,
): Promise<KnownDeal[]> => {
  const records: RenterDeal[] = [];
  for await (const record of catalogue.deals()) records.push(record);
  const deals = await chain.deals(
    records.map(({ id }) => id),
    signal,
  );
  const providers = [...new Set(records.map(({ provider }) => provider))];
  const found = await chain.providerSheets(providers, signal);
  const sheets = new Map(providers.map((provider, index) => [provider, found[index]]));
  return records.flatMap((record, index) => {
    const deal = deals[index];
    const sheet = sheets.get(record.provider);
    return deal && sheet ? [{ record, deal, sheet }] : [];
  });
};

/** The chain's side of known deals, by id. */
export const chainDeals = (known: readonly KnownDeal[]): ReadonlyMap<DealId, Deal> => new Map(known.map(({ deal }) => [deal.id, deal]));
