import { concatBytes, fromHex, toHex } from '../../../node/core/data/bytes.js';
import { keccak256 } from '../../../node/core/data/keccak.js';
import type { MarketParameters } from '../../../node/core/market/deal.js';
import { rateUp, weightUp } from '../../../node/core/market/rent.js';
import { periodAt } from '../../../node/core/market/schedule.js';
import {
  dealId,
  leaves,
  MAX_LEAVES,
  period as periodOf,
  wei,
  type Address,
  type DealId,
  type Hash,
  type Hex,
  type Wei,
} from '../../../node/core/units.js';
import { readArtifacts, type Artifacts } from '../../deploy/artifacts.js';
import { creationOf, planDeployment } from '../../deploy/plan.js';
import { askOf, type Ask } from '../staging/asks.js';
import type { PreparedCall, StagedChain } from '../staging/chain.js';
import { createStagedMarket, NOTHING } from '../staging/market.js';
import { handOut, peopleOf } from '../staging/people.js';
import type { StoredSet } from './stored-set.js';

/** Whoever sends transactions in the search. */
export interface People {
  /** Deploys, pays everybody, and finds misses that the coalition leaves lying about. */
  readonly outsider: Address;
  readonly provider: Address;
  readonly caller: Address;
  readonly ownRenter: Address;
  readonly renters: readonly [Address, Address];
}

/** A deal as the search knows it. */
export interface SearchDeal {
  readonly id: DealId;
  readonly renter: Address;
  /** Token wei per GiB-period. */
  readonly price: Wei;
  readonly set: StoredSet;
  /** First unpaid period. */
  readonly end: number;
  /** Rent while the set is stored, token wei a period. */
  readonly rate: bigint;
  /** Weight while the set is stored. */
  readonly weight: bigint;
  /** Of the newest revision. */
  number: bigint;
  stored: boolean;
  /** A challenge is open: until it has ended the deal can be neither changed nor closed. */
  challenged: boolean;
  closed: boolean;
  /** Period of the revision that took its data; 0 while it has any. */
  emptiedIn: number;
}

/** A provider's account, as far as it matters here. */
export interface Standing {
  readonly stake: bigint;
  readonly total: bigint;
  readonly generation: number;
}

const RICH = 10n ** 30n;
const LIFETIME = 10_000;
/** What a deal has come to, whichever way it ended. */
const ENDED = { closed: true, stored: false, challenged: false };

/** The provider takes deals of any size for `price`, as long as anybody wants. */
const askFor = (price: bigint): Ask => askOf({ price, maxLeaves: BigInt(MAX_LEAVES), maxPeriods: BigInt(LIFETIME) });

/** The verbs of a market on a {@link StagedChain}. All of them throw what the contract says. */
export type SearchMarket = Awaited<ReturnType<typeof createSearchMarket>>;

/** Deploys a market, or one that is `unchecked`, and makes everybody rich. */
const stageMarket = async (chain: StagedChain, parameters: MarketParameters, unchecked?: Artifacts['market']) => {
  const people = peopleOf(chain, ['outsider', 'provider', 'caller', 'ownRenter', 'alice', 'carol']);
  const { outsider, ...others } = people;
  const artifacts = await readArtifacts();
  const token = { kind: 'new', holder: outsider, supply: wei(100n * RICH), faucetAmount: wei(0n) } as const;
  const { addresses, contracts } = planDeployment({ account: outsider, parameters, token }, 0, artifacts);
  for (const { role, creation } of contracts) if (role !== 'market') await chain.send(outsider, { data: creation });
  const bodyHash = keccak256(fromHex(await chain.provider.getCode(addresses.verbBody)));
  const bound = [addresses.vault, addresses.registry, addresses.rewardPool, addresses.verbBody];
  const creation = unchecked
    ? creationOf(unchecked, [...bound, parameters])
    : creationOf(artifacts.market, [...bound, bodyHash, parameters]);
  await chain.send(outsider, { data: creation });
  const staged = await createStagedMarket({ chain, addresses, parameters, provider: people.provider });
  await handOut(chain, staged.contracts, { from: outsider, to: Object.values(others), tokens: RICH, allowance: 2n ** 256n - 1n });
  await chain.send(people.provider, staged.register(askFor(1n)));
  return { staged, people };
};

/**
 * Deploys a market with `parameters` and makes everybody rich.
 * @param unchecked Creation code and ABI in place of the market's own: one that takes parameters which R9 refuses.
 */
export const createSearchMarket = async (chain: StagedChain, parameters: MarketParameters, unchecked?: Artifacts['market']) => {
  const { staged, people } = await stageMarket(chain, parameters, unchecked);
  const { provider, caller, ownRenter } = people;
  const { blockOf, genesis } = staged;
  const { market, registry, token, pool } = staged.contracts;
  const send = async (from: Address, call: Promise<PreparedCall>): Promise<void> => void (await chain.send(from, call));

  /** Period of the block that the next transaction is in. */
  const period = async (): Promise<number> => periodAt((await chain.block()) + 1, genesis, parameters.periodBlocks);
  const standing = async (): Promise<Standing> => {
    const { stake, total, generation } = await market.accountOf(provider);
    return { stake, total, generation: Number(generation) };
  };

  return {
    people: { ...people, renters: [people.alice, people.carol] } satisfies People,
    parameters,
    identity: staged.identity,
    blockOf,
    period,
    stake: (amount: bigint): Promise<void> => send(provider, market.stake.populateTransaction(provider, amount)),
    unstake: (amount: bigint): Promise<void> => send(provider, market.unstake.populateTransaction(amount)),
    sync: (from: Address): Promise<void> => send(from, market.sync.populateTransaction(provider)),
    prove: (p: number, proof: Hex): Promise<void> => send(provider, market.prove.populateTransaction(provider, p, proof)),
    settle: (from: Address, deal: SearchDeal): Promise<void> => send(from, market.settle.populateTransaction(deal.id)),
    close: async (from: Address, deal: SearchDeal): Promise<void> => {
      await send(from, market.close.populateTransaction(deal.id));
      Object.assign(deal, ENDED);
    },
    forfeit: async (deal: SearchDeal): Promise<void> => {
      await send(provider, market.forfeit.populateTransaction(deal.id));
      Object.assign(deal, ENDED);
    },
    challenge: async (deal: SearchDeal): Promise<void> => {
      await send(deal.renter, market.challenge.populateTransaction(deal.id));
      deal.challenged = true;
    },
    /** Answers the challenge of a deal of one leaf, which is drawn every time. */
    answer: async (deal: SearchDeal): Promise<void> => {
      const samples = Array.from({ length: parameters.samples }, () => deal.set.samples[0] ?? new Uint8Array());
      await send(provider, market.answer.populateTransaction(deal.id, toHex(concatBytes(...samples))));
      deal.challenged = false;
    },
    expire: async (deal: SearchDeal): Promise<void> => {
      await send(caller, market.expire.populateTransaction(deal.id));
      Object.assign(deal, ENDED);
    },
    /** Waits for the end of the reward pool's running epoch and claims what the provider earned in all of them. */
    claimRewards: async (): Promise<void> => {
      const { epochPeriods, feeBps } = parameters;
      if (feeBps === 0) return;
      const over = Math.ceil((await period()) / epochPeriods);
      await chain.mineTo(blockOf(over * epochPeriods + 1, 0) - 1);
      const earned: number[] = [];
      for (let epoch = 0; epoch < over; epoch++) if ((await market.feesOf(epoch, provider)) > 0n) earned.push(epoch);
      if (earned.length > 0) await send(caller, pool.claim.populateTransaction(provider, earned));
    },
    /** Opens a deal over `set` that ends with period `end` − 1; the provider asks its price just before. Nothing is stored yet. */
    open: async (renter: Address, salt: Hash, set: StoredSet, price: Wei, end: number, now: number): Promise<SearchDeal> => {
      await send(provider, registry.setAsk.populateTransaction(provider, askFor(price)));
      const rate = rateUp(price, set.leaves);
      const escrow = rate * BigInt(end - now) + parameters.unit;
      await send(renter, staged.open({ maxPrice: price, maxEnd: end, maxLeaves: set.leaves, escrow }, [salt]));
      return {
        id: staged.dealOf(renter, salt),
        renter,
        price,
        set,
        end,
        rate,
        weight: weightUp(rate, parameters),
        number: 0n,
        stored: false,
        challenged: false,
        closed: false,
        emptiedIn: 0,
      };
    },
    /** Renter and provider agree that the deal stores its set from now on, or nothing. */
    commit: async (from: Address, deal: SearchDeal, now: number, stored: boolean): Promise<void> => {
      const content = stored ? { root: deal.set.root, leaves: leaves(deal.set.leaves), sectors: 1 } : NOTHING;
      const number = deal.number + 1n;
      const { id, price } = deal;
      await send(from, staged.commit({ deal: id, number, ...content, end: periodOf(deal.end), price, validUntil: periodOf(now) }));
      if (deal.stored && !stored) deal.emptiedIn = now;
      Object.assign(deal, { number, stored });
    },
    standing,
    /** Deals of the provider's tree by slot. */
    slots: async (generation: number): Promise<readonly DealId[]> => {
      const count = Number(await market.slotCountOf(provider, generation));
      const ids: DealId[] = [];
      for (let slot = 0; slot < count; slot++) ids.push(dealId(await market.dealAt(provider, generation, slot)));
      return ids;
    },
    /** Tokens of the coalition once all deals are closed: balances, credits, stake. */
    coalitionWorth: async (): Promise<bigint> => {
      let sum = (await standing()).stake;
      for (const account of [provider, caller, ownRenter]) sum += (await market.credits(account)) + (await token.balanceOf(account));
      return sum;
    },
  };
};
