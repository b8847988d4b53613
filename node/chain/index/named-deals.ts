import { dealIdOf } from '../../core/market/deal-id.js';
import { numberedSalt } from '../../core/market/deal-salt.js';
import { dealId, type Address, type DealId } from '../../core/units.js';
import type { MarketContracts } from '../market/contracts.js';
import type { MarketBook } from '../market/market-book.js';
import { dealFrom } from '../market/records.js';
import type { Rpc } from '../rpc/rpc.js';
import type { ProviderIndex } from './provider-index.js';

export interface NamedDealsOptions {
  readonly rpc: Rpc;
  readonly contracts: MarketContracts;
  readonly book: Pick<MarketBook, 'chainId' | 'market'>;
  readonly registry: ProviderIndex;
  /** Most deals in one answer of the view. */
  readonly pageSize: number;
}

/** Deals that the contracts name by themselves, without a log. */
export interface NamedDeals {
  /**
   * Of a provider: the deals in the trees of all its generations, that is, all with data. Of a renter: those opened under numbers
   * one after the other, with whichever provider.
   */
  of(side: 'renter' | 'provider', account: Address, signal?: AbortSignal): Promise<readonly DealId[]>;
  /** Those of `ids` that the market knows. */
  existing(ids: readonly DealId[], signal?: AbortSignal): Promise<readonly DealId[]>;
}

/** Numbers looked at in one go: so many can be missing in a row without that the later ones are overlooked. */
const STRIDE = 2;

export const createNamedDeals = ({ rpc, contracts, book, registry, pageSize }: NamedDealsOptions): NamedDeals => {
  const { market, view } = contracts;

  const existing: NamedDeals['existing'] = async (ids, signal) => {
    const found: DealId[] = [];
    for (let from = 0; from < ids.length; from += pageSize) {
      const sheets = await rpc.read(async () => view.deals(ids.slice(from, from + pageSize)), signal);
      for (const deal of sheets.map(dealFrom)) if (deal !== undefined) found.push(deal.id);
    }
    return found;
  };

  const ofRenter = async (renter: Address, signal?: AbortSignal): Promise<readonly DealId[]> => {
    const found: DealId[] = [];
    let providers = (await registry.records(signal)).map(({ provider }) => provider);
    for (let number = 0; providers.length > 0; number += STRIDE) {
      const asked = new Map<DealId, Address>();
      for (const provider of providers)
        for (let place = number; place < number + STRIDE; place++)
          asked.set(dealIdOf(book, renter, provider, numberedSalt(place)), provider);
      const there = await existing([...asked.keys()], signal);
      found.push(...there);
      providers = [...new Set(there.map((id) => asked.get(id) as Address))];
    }
    return found;
  };

  const ofProvider = async (provider: Address, signal?: AbortSignal): Promise<readonly DealId[]> => {
    const { generation } = await rpc.read(async () => market.accountNow(provider), signal);
    const found: DealId[] = [];
    for (let past = 0; past <= Number(generation); past++) {
      const slots = Number(await rpc.read(async () => market.slotCountOf(provider, past), signal));
      for (let from = 0; from < slots; from += pageSize) {
        const sheets = await rpc.read(async () => view.dealsOf(provider, past, from, pageSize), signal);
        found.push(...sheets.map(({ id }) => dealId(id)));
      }
    }
    return found;
  };

  return { of: async (side, account, signal) => (side === 'renter' ? ofRenter(account, signal) : ofProvider(account, signal)), existing };
};
