import type { SignedRevision } from '../../core/market/deal.js';
import type { DealId, Period } from '../../core/units.js';

/** Deals by what their kept revisions say, followed change by change: nothing here walks all deals. */
export interface DealTally {
  /** Deals of which a kept revision has data. */
  readonly withData: number;
  /** Deals with a kept revision that is valid in `period` or later. */
  validFrom(period: Period): DealId[];
  /** The kept revisions of a deal were `before` and are `after`. */
  follow(deal: DealId, before: readonly SignedRevision[], after: readonly SignedRevision[]): void;
}

export const hasData = (revisions: readonly SignedRevision[]): boolean => revisions.some(({ revision }) => revision.leaves > 0);

/** Last period in which one of them can be posted; undefined of none. */
const lastValidOf = (revisions: readonly SignedRevision[]): number | undefined =>
  revisions.length === 0 ? undefined : Math.max(...revisions.map(({ revision }) => revision.validUntil));

export const createDealTally = (): DealTally => {
  const deals = new Map<number, Set<DealId>>();
  /** Keys of `deals`, ascending. */
  const periods: number[] = [];
  let withData = 0;

  const remove = (last: number, deal: DealId): void => {
    const set = deals.get(last);
    set?.delete(deal);
    if (set?.size !== 0) return;
    deals.delete(last);
    periods.splice(periods.lastIndexOf(last), 1);
  };
  const add = (last: number, deal: DealId): void => {
    const set = deals.get(last);
    if (set !== undefined) return void set.add(deal);
    deals.set(last, new Set([deal]));
    periods.splice(periods.findLastIndex((each) => each < last) + 1, 0, last);
  };

  return {
    get withData() {
      return withData;
    },
    validFrom: (period) => {
      const found: DealId[] = [];
      for (let at = periods.length - 1; (periods[at] ?? -1) >= period; at--) found.push(...(deals.get(periods[at] as number) ?? []));
      return found;
    },
    follow: (deal, before, after) => {
      withData += Number(hasData(after)) - Number(hasData(before));
      const [was, is] = [lastValidOf(before), lastValidOf(after)];
      if (was === is) return;
      if (was !== undefined) remove(was, deal);
      if (is !== undefined) add(is, deal);
    },
  };
};
