import type { DealId } from '../../../../node/core/units.js';
import type { SettlementReader } from '../../../../node/ports/settlement.js';
import { swear } from './broken.js';
import type { DealPage } from './deal-pages.js';

/** Compares what deals have in escrow with what their pages say. */
export interface RentCheck {
  /**
   * What is left in escrow is what was paid in, less the rent of the proven periods and the vouchers: neither side is paid or charged a
   * wei too much. Of deals that ended, what came back. Looks again only at those whose pages have changed.
   */
  check(pages: readonly DealPage[]): Promise<void>;
}

const printOf = ({ deposited, owed, redeemed, rate, end, ending }: DealPage): string =>
  [deposited, owed, redeemed, rate, end, ending?.event].join(' ');

export const createRentCheck = (reader: SettlementReader): RentCheck => {
  const seen = new Map<DealId, string>();
  return {
    check: async (pages) => {
      const changed = pages.filter((page) => seen.get(page.id) !== printOf(page));
      const open = changed.filter(({ ending }) => ending === undefined);
      const deals = open.length === 0 ? [] : await reader.dealsNow(open.map(({ id }) => id));
      const escrows = new Map<DealId, bigint>(deals.flatMap((deal) => (deal === undefined ? [] : [[deal.id, deal.escrow] as const])));
      for (const page of changed) {
        const { id, deposited, owed, redeemed, ending } = page;
        const left = ending?.refund ?? escrows.get(id) ?? 0n;
        const facts = () => ({ deal: id, deposited, owed, redeemed, left, ending: ending?.event });
        swear(deposited - left >= owed + redeemed, 'every proven period is paid at the agreed price', facts);
        swear(deposited - left <= owed + redeemed, 'a renter pays for what was proven and read, and no more', facts);
        seen.set(id, printOf(page));
      }
    },
  };
};
