import type { RenterContext } from '../context.js';
import { currentPeriod } from '../current-period.js';
import type { Purse } from '../download/purse.js';
import type { HeldPlace, PlaceSources } from './sample-places.js';

/** Whom and what is asked about these places, the deals being as the chain has them now. */
export const placeSources = async (
  context: RenterContext,
  places: readonly Pick<HeldPlace, 'deal'>[],
  { naming, purse }: Pick<PlaceSources, 'naming'> & { readonly purse: Purse },
  signal?: AbortSignal,
): Promise<PlaceSources> => {
  const { settlement, links, limits, egress } = context;
  const ids = [...new Set(places.map(({ deal }) => deal))];
  const found = await settlement.dealsNow(ids, signal);
  return {
    deals: new Map(found.flatMap((deal) => (deal ? [[deal.id, deal] as const] : []))),
    now: await currentPeriod(settlement, signal),
    naming,
    source: async ({ id, provider }, either) => {
      const [link, authorization] = await Promise.all([links.to(provider, either), links.authorize(id, either)]);
      return { link, authorization, egress, purse };
    },
    drop: (provider) => links.drop(provider),
    limits,
  };
};
