import type { Address, DealId } from '../../../../node/core/units.js';
import type { PreparedCall } from '../../staging/chain.js';
import type { BenchMarket, Change } from '../market/market.js';
import type { BenchProver } from '../market/prover.js';
import type { DealRoster } from './deal-roster.js';

/** What has become of deals so far, and how many periods were missed. */
export interface Lives {
  opened: number;
  /** Opened and ended before anything was stored. */
  cancelled: number;
  /** Revised, with as much data as before, less or more. */
  renewed: number;
  challenged: number;
  answered: number;
  /** Ended because nobody answered. */
  expired: number;
  forfeited: number;
  /** Given notice by the renter; they end later. */
  left: number;
  closed: number;
  missed: number;
}

/** Everything that the three parties do to deals. Each act is counted, and the roster knows of it. */
export interface DealActs {
  readonly lives: Readonly<Lives>;
  /** Period in which each open challenge was made. */
  readonly challenges: ReadonlyMap<DealId, number>;
  open(count: number): Promise<readonly DealId[]>;
  cancel(deals: readonly DealId[]): Promise<void>;
  /** First revisions; `changes` by deal. */
  begin(deals: readonly DealId[], changes: readonly Change[]): Promise<void>;
  /** Later ones. */
  renew(deals: readonly DealId[], changes: readonly Change[]): Promise<void>;
  challenge(deals: readonly DealId[]): Promise<void>;
  answer(deals: readonly DealId[]): Promise<void>;
  expire(deals: readonly DealId[]): Promise<void>;
  forfeit(deals: readonly DealId[]): Promise<void>;
  leave(deals: readonly DealId[]): Promise<void>;
  close(deals: readonly DealId[]): Promise<void>;
  /** Lets `periods` windows pass without a proof, and has the misses found. */
  miss(periods: number): Promise<void>;
}

export const createDealActs = (market: BenchMarket, prover: BenchProver, roster: DealRoster): DealActs => {
  const { parameters, provider, renter, outsider } = market;
  const verbs = market.contracts.market;
  const lives: Lives = {
    opened: 0,
    cancelled: 0,
    renewed: 0,
    challenged: 0,
    answered: 0,
    expired: 0,
    forfeited: 0,
    left: 0,
    closed: 0,
    missed: 0,
  };
  const challenges = new Map<DealId, number>();

  /** The same to each of the deals, in transactions of their own. */
  const toEach = async (
    what: keyof Lives,
    from: Address,
    deals: readonly DealId[],
    call: (deal: DealId) => Promise<PreparedCall>,
  ): Promise<void> => {
    for (const deal of deals) await market.send(from, call(deal));
    lives[what] += deals.length;
    await roster.refresh(deals);
  };
  const revise: DealActs['begin'] = async (deals, changes) => {
    const calls = await Promise.all(deals.map((deal, i) => market.commit(deal, changes[i] as Change)));
    await market.batches(outsider, calls);
    await roster.refresh(deals);
  };
  const answerTo = async (deal: DealId): Promise<PreparedCall> => {
    const { sectors } = await verbs.dealOf(deal);
    return prover.answer(deal, prover.setOf(Number(sectors)), challenges.get(deal) ?? 0);
  };
  const forget = (deals: readonly DealId[]): void => {
    for (const deal of deals) challenges.delete(deal);
  };

  return {
    lives,
    challenges,
    open: async (count) => {
      const deals = await market.openMany(lives.opened, lives.opened + count);
      lives.opened += count;
      return deals;
    },
    cancel: (deals) => toEach('cancelled', renter, deals, (deal) => verbs.cancel.populateTransaction(deal)),
    begin: revise,
    renew: async (deals, changes) => {
      await revise(deals, changes);
      lives.renewed += deals.length;
    },
    challenge: async (deals) => {
      const period = await market.now();
      await toEach('challenged', renter, deals, (deal) => verbs.challenge.populateTransaction(deal));
      for (const deal of deals) challenges.set(deal, period);
    },
    answer: async (deals) => {
      await toEach('answered', provider, deals, answerTo);
      forget(deals);
    },
    expire: async (deals) => {
      await toEach('expired', outsider, deals, (deal) => verbs.expire.populateTransaction(deal));
      forget(deals);
    },
    forfeit: (deals) => toEach('forfeited', provider, deals, (deal) => verbs.forfeit.populateTransaction(deal)),
    leave: (deals) => toEach('left', renter, deals, (deal) => verbs.leaveDeal.populateTransaction(deal)),
    close: async (deals) => {
      await market.batches(provider, await Promise.all(deals.map((deal) => verbs.close.populateTransaction(deal))));
      lives.closed += deals.length;
      await roster.refresh(deals);
    },
    miss: async (periods) => {
      await market.goTo((await market.now()) + periods, parameters.windowBlocks);
      await market.send(outsider, verbs.sync.populateTransaction(provider));
      lives.missed += periods;
    },
  };
};
