import { IHoldToken__factory } from '../../../node/chain/contracts/factories/interfaces/IHoldToken__factory.js';
import { IRewardPool__factory } from '../../../node/chain/contracts/factories/interfaces/IRewardPool__factory.js';
import { IProviderRegistry__factory } from '../../../node/chain/contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IStorageMarket__factory } from '../../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import { concatBytes, toHex } from '../../../node/core/data/bytes.js';
import type { MarketParameters } from '../../../node/core/market/deal.js';
import { revisionDigest } from '../../../node/core/market/revision.js';
import { rateUp, weightUp } from '../../../node/core/market/rent.js';
import { firstBlockOf } from '../../../node/core/market/schedule.js';
import { createKeySigner } from '../../../node/core/keys/signing.js';
import {
  dealId,
  leaves,
  period as periodOf,
  wei,
  type Address,
  type DealId,
  type Hash,
  type Hex,
  type Wei,
} from '../../../node/core/units.js';
import { readArtifacts, type Artifacts } from '../../deploy/artifacts.js';
import { planDeployment } from '../../deploy/plan.js';
import type { SearchChain } from './chain.js';
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
}

/** A provider's account, as far as it matters here. */
export interface Standing {
  readonly stake: bigint;
  readonly total: bigint;
  readonly generation: number;
}

/** Keys of every renter's session and of the operator: nobody attacks signatures here. */
const session = createKeySigner(`0x${'51'.repeat(32)}`);
const operator = createKeySigner(`0x${'0e'.repeat(32)}`);
const RICH = 10n ** 30n;
const LIFETIME = 10_000;
/** What a deal has come to, whichever way it ended. */
const ENDED = { closed: true, stored: false, challenged: false };

const hold = IHoldToken__factory.createInterface();
const registry = IProviderRegistry__factory.createInterface();
const market = IStorageMarket__factory.createInterface();
const pool = IRewardPool__factory.createInterface();

/** The verbs of a market on a {@link SearchChain}. All of them throw what the contract says. */
export type SearchMarket = Awaited<ReturnType<typeof createSearchMarket>>;

/**
 * Deploys a market with `parameters` and makes everybody rich.
 * @param market Creation code and ABI in place of the market's own: one that takes parameters which R9 refuses.
 */
export const createSearchMarket = async (chain: SearchChain, parameters: MarketParameters, unchecked?: Artifacts['market']) => {
  const [outsider, provider, caller, ownRenter, alice, carol] = chain.accounts as readonly [
    Address,
    Address,
    Address,
    Address,
    Address,
    Address,
  ];
  const people: People = { outsider, provider, caller, ownRenter, renters: [alice, carol] };
  const artifacts = await readArtifacts();
  const token = { kind: 'new', holder: outsider, supply: wei(100n * RICH), faucetAmount: wei(0n) } as const;
  const plan = planDeployment({ account: outsider, parameters, token }, 0, { ...artifacts, ...(unchecked && { market: unchecked }) });
  for (const { creation } of plan.contracts) await chain.send(outsider, undefined, creation);
  const { addresses } = plan;
  const genesis = chain.block();
  const identity = { chainId: chain.chainId, market: addresses.market };

  const send = (from: Address, data: string): Promise<void> => chain.send(from, addresses.market, data as Hex);
  const read = async (to: Address, data: string): Promise<Hex> => chain.call(to, data as Hex);
  const askFor = (price: bigint): unknown => ({ price, egressPrice: 0n, minLeaves: 1n, maxLeaves: 2n ** 40n, maxPeriods: LIFETIME });
  const blockOf = (p: number, offset: number): number => firstBlockOf(p, genesis, parameters.periodBlocks) + offset;

  for (const account of [provider, caller, ownRenter, alice, carol]) {
    await chain.send(outsider, addresses.token, hold.encodeFunctionData('transfer', [account, RICH]) as Hex);
    await chain.send(account, addresses.token, hold.encodeFunctionData('approve', [addresses.vault, 2n ** 256n - 1n]) as Hex);
  }
  const endpoint = '/ip4/127.0.0.1/tcp/1';
  await chain.send(
    provider,
    addresses.registry,
    registry.encodeFunctionData('register', [operator.address, '0x00', endpoint, askFor(1n) as never]) as Hex,
  );

  /** Period of the block that the next transaction is in. */
  const period = (): number => 1 + Math.floor((chain.block() + 1 - genesis) / parameters.periodBlocks);
  const standing = async (): Promise<Standing> => {
    const answer = await read(addresses.market, market.encodeFunctionData('accountOf', [provider]));
    const [{ stake, total, generation }] = market.decodeFunctionResult('accountOf', answer) as unknown as [
      Record<'stake' | 'total' | 'generation', bigint>,
    ];
    return { stake, total, generation: Number(generation) };
  };

  return {
    people,
    parameters,
    address: addresses.market,
    blockOf,
    period,
    stake: (amount: bigint): Promise<void> => send(provider, market.encodeFunctionData('stake', [provider, amount])),
    unstake: (amount: bigint): Promise<void> => send(provider, market.encodeFunctionData('unstake', [amount])),
    sync: (from: Address): Promise<void> => send(from, market.encodeFunctionData('sync', [provider])),
    prove: (p: number, proof: Hex): Promise<void> => send(provider, market.encodeFunctionData('prove', [provider, p, proof])),
    settle: (from: Address, deal: SearchDeal): Promise<void> => send(from, market.encodeFunctionData('settle', [deal.id])),
    close: async (from: Address, deal: SearchDeal): Promise<void> => {
      await send(from, market.encodeFunctionData('close', [deal.id]));
      Object.assign(deal, ENDED);
    },
    forfeit: async (deal: SearchDeal): Promise<void> => {
      await send(provider, market.encodeFunctionData('forfeit', [deal.id]));
      Object.assign(deal, ENDED);
    },
    challenge: async (deal: SearchDeal): Promise<void> => {
      await send(deal.renter, market.encodeFunctionData('challenge', [deal.id]));
      deal.challenged = true;
    },
    /** Answers the challenge of a deal of one leaf, which is drawn every time. */
    answer: async (deal: SearchDeal): Promise<void> => {
      const samples = Array.from({ length: parameters.samples }, () => deal.set.samples[0] ?? new Uint8Array());
      await send(provider, market.encodeFunctionData('answer', [deal.id, toHex(concatBytes(...samples))]));
      deal.challenged = false;
    },
    expire: async (deal: SearchDeal): Promise<void> => {
      await send(caller, market.encodeFunctionData('expire', [deal.id]));
      Object.assign(deal, ENDED);
    },
    /** Waits for the end of the reward pool's running epoch and claims what the provider earned in all of them. */
    claimRewards: async (): Promise<void> => {
      const { epochPeriods, feeBps } = parameters;
      if (feeBps === 0) return;
      const over = Math.ceil(period() / epochPeriods);
      await chain.mine(blockOf(over * epochPeriods + 1, 0) - 1 - chain.block());
      const earned: number[] = [];
      for (let epoch = 0; epoch < over; epoch++) {
        const fees = await read(addresses.market, market.encodeFunctionData('feesOf', [epoch, provider]));
        if (BigInt(fees) > 0n) earned.push(epoch);
      }
      if (earned.length > 0) await chain.send(caller, addresses.rewardPool, pool.encodeFunctionData('claim', [provider, earned]) as Hex);
    },
    /** Opens a deal over `set` that ends with period `end` − 1; the provider asks its price just before. Nothing is stored yet. */
    open: async (renter: Address, salt: Hash, set: StoredSet, price: Wei, end: number, now: number): Promise<SearchDeal> => {
      await chain.send(provider, addresses.registry, registry.encodeFunctionData('setAsk', [provider, askFor(price) as never]) as Hex);
      const rate = rateUp(price, set.leaves);
      const escrow = rate * BigInt(end - now) + parameters.unit;
      const terms = {
        provider,
        salt,
        signer: session.address,
        maxPrice: price,
        maxEgressPrice: 0n,
        maxEnd: end,
        maxLeaves: set.leaves,
        escrow,
      };
      await send(renter, market.encodeFunctionData('open', [[terms]]));
      const id = dealId(
        market.decodeFunctionResult(
          'dealIdOf',
          await read(addresses.market, market.encodeFunctionData('dealIdOf', [renter, provider, salt])),
        )[0] as string,
      );
      return {
        id,
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
      };
    },
    /** Renter and provider agree that the deal stores its set from now on, or nothing. */
    commit: async (from: Address, deal: SearchDeal, now: number, stored: boolean): Promise<void> => {
      const content = stored
        ? { root: deal.set.root, leaves: leaves(deal.set.leaves), sectors: 1 }
        : { root: `0x${'00'.repeat(32)}` as Hash, leaves: leaves(0), sectors: 0 };
      const revision = {
        deal: deal.id,
        number: deal.number + 1n,
        ...content,
        end: periodOf(deal.end),
        price: deal.price,
        validUntil: periodOf(now),
      };
      const digest = revisionDigest(identity, revision);
      await send(from, market.encodeFunctionData('commit', [revision, await session.sign(digest), await operator.sign(digest)]));
      deal.number += 1n;
      deal.stored = stored;
    },
    standing,
    /** Deals of the provider's tree by slot. */
    slots: async (generation: number): Promise<readonly DealId[]> => {
      const count = Number(await read(addresses.market, market.encodeFunctionData('slotCountOf', [provider, generation])));
      const ids: DealId[] = [];
      for (let slot = 0; slot < count; slot++)
        ids.push((await read(addresses.market, market.encodeFunctionData('dealAt', [provider, generation, slot]))) as DealId);
      return ids;
    },
    /** Tokens of the coalition once all deals are closed: balances, credits, stake. */
    coalitionWorth: async (): Promise<bigint> => {
      let sum = (await standing()).stake;
      for (const account of [provider, caller, ownRenter]) {
        sum += BigInt(await read(addresses.market, market.encodeFunctionData('credits', [account])));
        sum += BigInt(await read(addresses.token, hold.encodeFunctionData('balanceOf', [account])));
      }
      return sum;
    },
  };
};
