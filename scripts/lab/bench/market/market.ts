import type { TransactionReceipt } from 'ethers';
import { HoldToken__factory } from '../../../../node/chain/contracts/factories/HoldToken__factory.js';
import { IMarketView__factory } from '../../../../node/chain/contracts/factories/interfaces/IMarketView__factory.js';
import { IProviderRegistry__factory } from '../../../../node/chain/contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IRewardPool__factory } from '../../../../node/chain/contracts/factories/interfaces/IRewardPool__factory.js';
import { IStorageMarket__factory } from '../../../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import type { DataSet } from '../../../../node/core/data/data-set.js';
import { dealIdOf } from '../../../../node/core/market/deal-id.js';
import type { MarketParameters } from '../../../../node/core/market/deal.js';
import { revisionDigest } from '../../../../node/core/market/revision.js';
import { createKeySigner } from '../../../../node/core/keys/signing.js';
import {
  hash,
  LEAVES_PER_GIB,
  MAX_LEAVES,
  period,
  wei,
  type Address,
  type DealId,
  type Hash,
  type Wei,
} from '../../../../node/core/units.js';
import { voucherDigest } from '../../../../node/core/market/voucher.js';
import { deployMarket } from '../../../deploy/deploy-market.js';
import { parametersOf } from '../../../deploy/terms/parameters.js';
import { createBenchChain, type BenchChain, type PreparedCall } from './chain.js';

/** Token wei per GiB-period of every deal: nine units of weight a GiB. */
const PRICE = wei(10n ** 15n);
/** Token wei: the rent of a GiB for 300 periods. */
const ESCROW = wei(300n * PRICE);
/** Periods from opening to the end that no revision may pass. */
const MOST_PERIODS = 300;
/** Leaves that no revision may pass: 4 GiB. */
const MOST_LEAVES = 4 * LEAVES_PER_GIB;
/** Token wei that each party has. */
const TOKENS = 10n ** 24n;
const STAKE = TOKENS / 2n;
/** Deals in one transaction: they stay under the gas that one may have. */
const AT_ONCE = 75;
/** Gas that an item of a batch may use, as the node allows it. */
const GAS_PER_ITEM = 600_000n;
/** Periods from a revision to its end unless it says otherwise. */
const TERM = 150;

/** Keys of the two sides; any will do, always the same so that figures repeat. */
const signer = createKeySigner(`0x${'51'.repeat(32)}`);
const operator = createKeySigner(`0x${'0e'.repeat(32)}`);

/** What a revision says; the rest follows from the deal and the moment. */
export interface Change {
  readonly set: Pick<DataSet, 'root' | 'leaves' | 'sectors'>;
  /** Periods from now to the end, {@link TERM} unless given. */
  readonly term?: number;
}

/** Who sends transactions. All have coin, tokens and some credit, and let the vault take their tokens. */
export interface Parties {
  /** Owner of the provider's account. */
  readonly provider: Address;
  /** Of all deals. */
  readonly renter: Address;
  /** Neither of them. */
  readonly outsider: Address;
}

/**
 * A market as deployed on Ethereum's test networks, on a chain in this process, with one staked provider and one renter. Keeps
 * nothing in memory that an undone transaction would falsify.
 */
export interface BenchMarket extends Parties {
  readonly chain: BenchChain;
  readonly parameters: MarketParameters;
  readonly contracts: ReturnType<typeof connect>;
  /** Current period. */
  now(): Promise<number>;
  /** Mines up to block `offset` of `period`. */
  goTo(period: number, offset: number): Promise<void>;
  /** Opens deals number `from` … `to − 1` of the renter, in one transaction. */
  open(from: number, to: number): Promise<{ readonly deals: readonly DealId[]; readonly receipt: TransactionReceipt }>;
  /** The call that posts the deal's next revision, signed by both. */
  commit(deal: DealId, change: Change): Promise<PreparedCall>;
  /** The call that redeems a voucher over `amount` token wei. */
  redeem(deal: DealId, amount: Wei): Promise<PreparedCall>;
  /** Opens as many as are asked for, in several transactions. */
  openMany(from: number, to: number): Promise<readonly DealId[]>;
  /** Runs calls of the market as one batch. Throws if one of them fails. */
  batch(from: Address, calls: readonly PreparedCall[]): Promise<TransactionReceipt>;
  /** Runs any number of calls of the market, in several batches. Throws if one of them fails. */
  batches(from: Address, calls: readonly PreparedCall[]): Promise<void>;
}

const connect = (book: Awaited<ReturnType<typeof deployMarket>>, { provider }: BenchChain) => ({
  market: IStorageMarket__factory.connect(book.market, provider),
  registry: IProviderRegistry__factory.connect(book.registry, provider),
  token: HoldToken__factory.connect(book.token, provider),
  pool: IRewardPool__factory.connect(book.rewardPool, provider),
  view: IMarketView__factory.connect(book.view, provider),
  vault: book.vault,
});

const saltOf = (index: number): Hash => hash(`0x${index.toString(16).padStart(64, '0')}`);

export const createBenchMarket = async (): Promise<BenchMarket> => {
  const chain = await createBenchChain();
  const [provider, renter, outsider] = chain.accounts;
  if (provider === undefined || renter === undefined || outsider === undefined) throw new Error('the chain has too few accounts');
  const { parameters } = parametersOf('ethereum-test');
  const supply = { holder: provider, supply: wei(4n * TOKENS), faucetAmount: wei(TOKENS) };
  const book = await deployMarket({ signer: await chain.signer(provider), parameters, token: supply });
  const contracts = connect(book, chain);
  const { market, registry, token } = contracts;
  const identity = { chainId: (await chain.provider.getNetwork()).chainId, market: book.market };

  const ask = { price: PRICE, egressPrice: 0n, minLeaves: 1n, maxLeaves: MAX_LEAVES, maxPeriods: MOST_PERIODS };
  await chain.send(provider, registry.register.populateTransaction(operator.address, '0x00', '/ip4/127.0.0.1/tcp/1', ask));
  for (const party of [provider, renter, outsider]) {
    await chain.send(provider, token.transfer.populateTransaction(party, TOKENS));
    await chain.send(party, token.approve.populateTransaction(book.vault, TOKENS));
  }
  await chain.send(provider, market.stake.populateTransaction(provider, STAKE));
  for (const account of [provider, renter, outsider, book.rewardPool, await market.BURN_ACCOUNT()])
    await chain.send(outsider, market.fund.populateTransaction(account, 1n));

  const now = async (): Promise<number> => Number(await market.currentPeriod());
  const open: BenchMarket['open'] = async (from, to) => {
    const salts = Array.from({ length: to - from }, (_, i) => saltOf(from + i));
    const terms = { provider, signer: signer.address, maxPrice: PRICE, maxEgressPrice: 0n, maxLeaves: MOST_LEAVES, escrow: ESCROW };
    const maxEnd = (await now()) + MOST_PERIODS;
    const receipt = await chain.send(renter, market.open.populateTransaction(salts.map((salt) => ({ ...terms, maxEnd, salt }))));
    return { deals: salts.map((salt) => dealIdOf(identity, renter, provider, salt)), receipt };
  };
  const batch: BenchMarket['batch'] = async (from, calls) => {
    const items = calls.map(({ data }) => data);
    const receipt = await chain.send(from, market.batch.populateTransaction(items, GAS_PER_ITEM));
    const failed = receipt.logs.map((log) => market.interface.parseLog(log)).find((event) => event?.name === 'BatchItemFailed');
    if (failed) throw new Error(`item ${failed.args['index']} of a batch failed: ${failed.args['reason']}`);
    return receipt;
  };
  return {
    chain,
    parameters,
    contracts,
    provider,
    renter,
    outsider,
    now,
    goTo: async (wanted, offset) => chain.mineTo(Number(await market.firstBlockOf(wanted)) + offset),
    open,
    openMany: async (from, to) => {
      const deals: DealId[] = [];
      for (let at = from; at < to; at += AT_ONCE) deals.push(...(await open(at, Math.min(at + AT_ONCE, to))).deals);
      return deals;
    },
    commit: async (deal, { set: { root, leaves, sectors }, term = TERM }) => {
      const current = await now();
      // Every revision is newer than the ones of earlier blocks.
      const number = BigInt(await chain.provider.getBlockNumber());
      const end = period(current + term);
      const revision = { deal, number, root, leaves, sectors, end, price: PRICE, validUntil: period(current + 1) };
      const digest = revisionDigest(identity, revision);
      return market.commit.populateTransaction(revision, await signer.sign(digest), await operator.sign(digest));
    },
    redeem: async (deal, amount) =>
      market.redeem.populateTransaction(deal, amount, await signer.sign(voucherDigest(identity, deal, amount))),
    batch,
    batches: async (from, calls) => {
      for (let at = 0; at < calls.length; at += AT_ONCE) await batch(from, calls.slice(at, at + AT_ONCE));
    },
  };
};
