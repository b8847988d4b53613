import { period, wei, type Address, type DealId, type Period, type Wei } from '../../../../node/core/units.js';
import type { MarketEvent } from '../../../../node/ports/settlement.js';

/** A deal as its events tell it, independently of what node and contracts compute. Amounts are token wei. */
export interface DealPage {
  readonly id: DealId;
  readonly renter: Address;
  readonly provider: Address;
  /** Per GiB read. */
  readonly egressPrice: Wei;
  /** Of the opening. */
  readonly price: Wei;
  maxEgress: Wei;
  maxLeaves: number;
  /** All that was ever paid into the escrow. */
  deposited: bigint;
  /** Rent of every period proven while the deal was in the tree. */
  owed: bigint;
  redeemed: bigint;
  rate: bigint;
  leaves: number;
  weight: bigint;
  end: number;
  /** First period after the notice of its renter; undefined unless it left. */
  noticed: number | undefined;
  /** Whether it ever held data. */
  filled: boolean;
  /** What a default left for a unit of its weight; undefined while its generation lives. */
  share: bigint | undefined;
  /** How it ended. */
  ending: { readonly event: string; readonly refund: bigint; readonly collateral: bigint } | undefined;
}

/** Pages of all deals, kept up with the chain's events. */
export interface DealPages {
  hear(event: MarketEvent): void;
  page(deal: DealId): DealPage | undefined;
  readonly all: Iterable<DealPage>;
  /** Periods that each provider proved. */
  readonly proven: number;
}

/** Events after which a deal is closed. */
export const ENDINGS: ReadonlySet<string> = new Set(['DealCancelled', 'DealClosed', 'DealForfeited', 'ChallengeExpired']);

/** Turns arguments into what they are. */
const argumentsOf = ({ args }: MarketEvent) => ({
  amount: (name: string): Wei => wei(args[name] as bigint),
  number: (name: string): number => Number(args[name]),
  text: <Text extends string>(name: string): Text => args[name] as Text,
});

export const createDealPages = (): DealPages => {
  const pages = new Map<DealId, DealPage>();
  let proven = 0;

  const open = (event: MarketEvent): void => {
    const { amount, number, text } = argumentsOf(event);
    const id = text<DealId>('deal');
    pages.set(id, {
      id,
      renter: text<Address>('renter'),
      provider: text<Address>('provider'),
      price: amount('price'),
      egressPrice: amount('egressPrice'),
      maxEgress: amount('maxEgress'),
      maxLeaves: number('maxLeaves'),
      deposited: amount('escrow'),
      owed: 0n,
      redeemed: 0n,
      rate: 0n,
      leaves: 0,
      weight: 0n,
      end: number('maxEnd'),
      noticed: undefined,
      filled: false,
      share: undefined,
      ending: undefined,
    });
  };

  const ofProvider = (provider: Address): DealPage[] =>
    [...pages.values()].filter((page) => page.provider === provider && page.ending === undefined);

  /** Before its proof, or the end of the window, a provider's deals do not change: what they are now, they were in the first block. */
  const prove = (provider: Address, q: Period): void => {
    proven += 1;
    for (const page of ofProvider(provider)) if (page.share === undefined && page.leaves > 0 && q < page.end) page.owed += page.rate;
  };

  const onDeal = (page: DealPage, event: MarketEvent): void => {
    const { amount, number } = argumentsOf(event);
    if (event.name === 'DealDeposited') page.deposited += amount('amount');
    if (event.name === 'VoucherRedeemed') page.redeemed += amount('paid');
    if (event.name === 'DealLeft') page.end = page.noticed = number('end');
    if (event.name === 'DealBoundsSet') {
      page.maxEgress = amount('maxEgress');
      page.maxLeaves = number('maxLeaves');
    }
    if (event.name === 'DealCommitted') {
      page.rate = amount('rate');
      page.leaves = number('leaves');
      page.weight = amount('weight');
      page.end = number('end');
      page.filled ||= page.leaves > 0;
    }
    if (ENDINGS.has(event.name)) {
      const collateral = event.name === 'DealCancelled' ? 0n : amount('collateral');
      page.ending = { event: event.name, refund: amount('refund'), collateral };
    }
  };

  return {
    hear: (event) => {
      const { amount, number, text } = argumentsOf(event);
      if (event.name === 'DealOpened') return open(event);
      if (event.name === 'Proven') return prove(text<Address>('provider'), period(number('period')));
      if (event.name === 'Defaulted') {
        for (const page of ofProvider(text<Address>('provider'))) if (page.weight > 0n) page.share ??= amount('share');
        return;
      }
      const page = pages.get(text<DealId>('deal'));
      if (page !== undefined) onDeal(page, event);
    },
    page: (deal) => pages.get(deal),
    get all() {
      return pages.values();
    },
    get proven() {
      return proven;
    },
  };
};
