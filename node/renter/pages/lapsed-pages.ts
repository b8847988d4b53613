import { mustKeep } from '../../core/market/endings.js';
import { period, type DealId, type Period } from '../../core/units.js';
import type { LandedPage } from '../../ports/catalogue-pages.js';
import type { RenterContext } from '../context.js';
import type { KnownDeal } from '../deals/deal-book.js';
import { isProving } from '../homes/choose-providers.js';
import { isLanded } from './decide-pages.js';

/** Periods before its end from which on a deal is counted on no more. */
const MARGIN = 3;

/** Whether the deal keeps what lies in it for some time, as far as the chain tells. */
const isKeeping = ({ deal, sheet }: KnownDeal, now: Period): boolean => mustKeep(deal, period(now + MARGIN)) && isProving(sheet);

/** Pages of this catalogue of which too few deals keep shards: they would not count if they were landed now. */
export const lapsedPages = async (
  { catalogue }: Pick<RenterContext, 'catalogue'>,
  known: readonly KnownDeal[],
  now: Period,
): Promise<readonly LandedPage[]> => {
  const keeping = new Set<DealId>(known.filter((one) => isKeeping(one, now)).map(({ deal }) => deal.id));
  const lapsed: LandedPage[] = [];
  for await (const page of catalogue.ownPages(0)) {
    const [shape] = page.shards;
    if (shape && !isLanded(page.shards.filter(({ deal }) => keeping.has(deal)).length, shape)) lapsed.push(page);
  }
  return lapsed;
};
