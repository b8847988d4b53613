import type { Address, DealId } from '../../../../node/core/units.js';
import type { SettlementReader } from '../../../../node/ports/settlement.js';
import type { DealPage, DealPages } from './deal-pages.js';

const BASIS = 10_000n;

/** What a provider has been credited by its deals. */
export interface Earnings {
  /** Token wei that settlements and vouchers have brought it at the least: rent less the highest fee, and all that was redeemed. */
  least(): Promise<bigint>;
}

export interface EarningsOptions {
  readonly reader: SettlementReader;
  readonly pages: DealPages;
  readonly provider: Address;
  readonly feeBps: number;
}

export const createEarnings = ({ reader, pages, provider, feeBps }: EarningsOptions): Earnings => {
  /** What deals that ended have brought: it changes no more. */
  const ended = new Map<DealId, bigint>();

  /** The fee of each period is rounded up: a wei a period. */
  const broughtBy = ({ deposited, redeemed }: DealPage, left: bigint): bigint => {
    const rent = deposited - left - redeemed;
    const kept = (rent * (BASIS - BigInt(feeBps))) / BASIS - BigInt(pages.proven);
    return redeemed + (kept > 0n ? kept : 0n);
  };

  return {
    least: async () => {
      const own = [...pages.all].filter((page) => page.provider === provider && !ended.has(page.id));
      const over = own.filter(({ ending }) => ending !== undefined);
      for (const page of over) ended.set(page.id, broughtBy(page, page.ending?.refund ?? 0n));
      const open = own.filter(({ ending }) => ending === undefined);
      const deals = open.length === 0 ? [] : await reader.deals(open.map(({ id }) => id));
      const brought = open.map((page, index) => broughtBy(page, deals[index]?.escrow ?? page.deposited - page.redeemed));
      return [...ended.values(), ...brought].reduce((sum, wei) => sum + wei, 0n);
    },
  };
};
