import type { TransactionReceipt } from 'ethers';
import { wei, type Address, type DealId } from '../../../../node/core/units.js';
import type { PreparedCall } from '../../staging/chain.js';
import type { BenchMarket } from '../market/market.js';
import type { BenchProver } from '../market/prover.js';
import { GIB_SECTORS } from '../market/content.js';
import type { DealRoster } from './deal-roster.js';

/** Deals that each call is made on, one by one. */
const TRIED = 8;
/** Token wei of vouchers. */
const VOUCHER = wei(10n ** 12n);

/** Gas of what is done when a provider has defaulted, by call: the most of several. */
export type AfterDefault = Readonly<Record<string, number>>;

/**
 * Lets the provider default with all its deals; settles, redeems and closes single ones of them; and lets it start anew with a
 * new generation. Throws if that ends otherwise than it should.
 */
export const playDefault = async (market: BenchMarket, prover: BenchProver, roster: DealRoster, opened: number): Promise<AfterDefault> => {
  const { contracts, parameters, provider, renter, outsider } = market;
  const verbs = contracts.market;
  const figures: Record<string, number> = {};
  const note = (name: string, { gasUsed }: TransactionReceipt): void => {
    figures[name] = Math.max(figures[name] ?? 0, Number(gasUsed));
  };
  const each = async (name: string, from: Address, deals: readonly DealId[], call: (deal: DealId) => Promise<PreparedCall>) => {
    for (const deal of deals) note(name, await market.send(from, call(deal)));
  };

  const pinned = roster.deals().filter(({ challenged }) => challenged);
  const others = roster.deals().filter(({ challenged }) => !challenged);
  /** Deals from all over the tree, others for each call. */
  const take = (turn: number): readonly DealId[] => {
    const apart = Math.floor(others.length / TRIED);
    return Array.from({ length: Math.min(TRIED, others.length) }, (_, i) => others[(i * apart + turn) % others.length]?.id).filter(
      (id) => id !== undefined,
    );
  };

  await market.goTo((await market.now()) + parameters.maxMisses, parameters.windowBlocks);
  note('sync', await market.send(outsider, verbs.sync.populateTransaction(provider)));
  const { total, generation } = await verbs.accountOf(provider);
  if (total !== 0n || generation !== 1n) throw new Error('the provider did not default');

  await each('settle', outsider, take(0), (deal) => verbs.settle.populateTransaction(deal));
  await each('redeem', outsider, take(1), (deal) => market.redeem(deal, VOUCHER));
  await each('close', outsider, [...take(0), ...take(1)], (deal) => verbs.close.populateTransaction(deal));
  await each('forfeit', provider, take(2), (deal) => verbs.forfeit.populateTransaction(deal));
  const challenged = pinned.map(({ id }) => id);
  await each('expire', outsider, challenged.slice(0, TRIED), (deal) => verbs.expire.populateTransaction(deal));

  const { deals } = await market.open(opened, opened + TRIED);
  const set = prover.setOf(GIB_SECTORS);
  await each('commit', outsider, deals, (deal) => market.commit(deal, { set }));
  await roster.restart(deals);
  note('prove', await prover.proveNext(roster.draw));
  await each('close', outsider, take(3), (deal) => verbs.close.populateTransaction(deal));
  await each('leaveDeal', renter, deals, (deal) => verbs.leaveDeal.populateTransaction(deal));
  await roster.requireTrue();
  return figures;
};
