import type { TransactionReceipt } from 'ethers';
import type { DataSet } from '../../../../node/core/data/data-set.js';
import { hash, LEAVES_PER_GIB, MAX_LEAVES, period, wei, type Address, type DealId, type Hash } from '../../../../node/core/units.js';
import { deployMarket } from '../../../deploy/deploy-market.js';
import { parametersOf } from '../../../deploy/terms/parameters.js';
import { askOf } from '../../staging/asks.js';
import { createStagedChain, type ChainTerms, type PreparedCall } from '../../staging/chain.js';
import { createStagedMarket, type StagedMarket } from '../../staging/market.js';
import { handOut, peopleOf } from '../../staging/people.js';

/** Blocks as Ethereum makes them, and the most gas that a transaction may have (EIP-7825), nearly. What is used does not depend on it. */
const CHAIN: ChainTerms = { start: '2026-01-01T00:00:00Z', blockSeconds: 12, transaction: { gas: '0xf42400' } };
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

/** What a revision says; the rest follows from the deal and the moment. */
export interface Change {
  readonly set: Pick<DataSet, 'root' | 'leaves' | 'sectors'>;
  /** Periods from now to the end, {@link TERM} unless given. */
  readonly term?: number;
}

/**
 * A market as deployed on Ethereum's test networks, on a chain in this process, with one staked provider and one renter. All
 * parties have coin, tokens and some credit, and let the vault take their tokens. Keeps nothing in memory that an undone
 * transaction would falsify.
 */
export interface BenchMarket extends Pick<StagedMarket, 'contracts' | 'parameters' | 'provider' | 'redeem'> {
  /** Of all deals. */
  readonly renter: Address;
  /** Neither provider nor renter. */
  readonly outsider: Address;
  /** For what has to sign itself. */
  readonly signer: StagedMarket['chain']['signer'];
  /** Sends it in a block of its own. Throws if it reverts. */
  send(from: Address, call: PreparedCall | Promise<PreparedCall>): Promise<TransactionReceipt>;
  /** Current period. */
  now(): Promise<number>;
  /** Mines up to block `offset` of `period`. */
  goTo(period: number, offset: number): Promise<void>;
  /** Opens deals number `from` … `to − 1` of the renter, in one transaction. */
  open(from: number, to: number): Promise<{ readonly deals: readonly DealId[]; readonly receipt: TransactionReceipt }>;
  /** The call that posts the deal's next revision, signed by both. */
  commit(deal: DealId, change: Change): Promise<PreparedCall>;
  /** Opens as many as are asked for, in several transactions. */
  openMany(from: number, to: number): Promise<readonly DealId[]>;
  /** Runs calls of the market as one batch. Throws if one of them fails. */
  batch(from: Address, calls: readonly PreparedCall[]): Promise<TransactionReceipt>;
  /** Runs any number of calls of the market, in several batches. Throws if one of them fails. */
  batches(from: Address, calls: readonly PreparedCall[]): Promise<void>;
  /** What `run` returns; the chain is as if it had never run. */
  undone<T>(run: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

const saltOf = (index: number): Hash => hash(`0x${index.toString(16).padStart(64, '0')}`);

/** Deploys the market and has everybody there: registered, staked, with credit that no first time makes dearer. */
const stageMarket = async () => {
  const chain = await createStagedChain(CHAIN);
  const people = peopleOf(chain, ['provider', 'renter', 'outsider']);
  const { provider, renter, outsider } = people;
  const { parameters } = parametersOf('ethereum-test');
  const supply = { holder: provider, supply: wei(4n * TOKENS), faucetAmount: wei(TOKENS) };
  const addresses = await deployMarket({ signer: await chain.signer(provider), parameters, token: supply });
  const staged = await createStagedMarket({ chain, addresses, parameters, provider });
  const { market } = staged.contracts;
  const ask = askOf({ price: PRICE, maxLeaves: BigInt(MAX_LEAVES), maxPeriods: BigInt(MOST_PERIODS) });
  await chain.send(provider, staged.register(ask));
  await handOut(chain, staged.contracts, { from: provider, to: [provider, renter, outsider], tokens: TOKENS, allowance: TOKENS });
  await chain.send(provider, market.stake.populateTransaction(provider, STAKE));
  for (const account of [provider, renter, outsider, addresses.rewardPool, await market.BURN_ACCOUNT()])
    await chain.send(outsider, market.fund.populateTransaction(account, 1n));
  return { staged, people };
};

export const createBenchMarket = async (): Promise<BenchMarket> => {
  const { staged, people } = await stageMarket();
  const { chain, contracts, parameters, redeem } = staged;
  const { market } = contracts;
  const { renter } = people;
  const send: BenchMarket['send'] = async (from, call) => chain.receiptOf(await chain.send(from, call));
  const now = async (): Promise<number> => Number(await market.currentPeriod());
  const open: BenchMarket['open'] = async (from, to) => {
    const salts = Array.from({ length: to - from }, (_, i) => saltOf(from + i));
    const terms = { maxPrice: PRICE, maxEnd: (await now()) + MOST_PERIODS, maxLeaves: MOST_LEAVES, escrow: ESCROW };
    const receipt = await send(renter, staged.open(terms, salts));
    return { deals: salts.map((salt) => staged.dealOf(renter, salt)), receipt };
  };
  const batch: BenchMarket['batch'] = async (from, calls) => {
    const items = calls.map(({ data }) => data);
    const receipt = await send(from, market.batch.populateTransaction(items, GAS_PER_ITEM));
    const failed = receipt.logs.map((log) => market.interface.parseLog(log)).find((event) => event?.name === 'BatchItemFailed');
    if (failed) throw new Error(`item ${failed.args['index']} of a batch failed: ${failed.args['reason']}`);
    return receipt;
  };
  return {
    ...people,
    contracts,
    parameters,
    redeem,
    signer: chain.signer,
    send,
    now,
    goTo: async (wanted, offset) => chain.mineTo(staged.blockOf(wanted, offset)),
    open,
    openMany: async (from, to) => {
      const deals: DealId[] = [];
      for (let at = from; at < to; at += AT_ONCE) deals.push(...(await open(at, Math.min(at + AT_ONCE, to))).deals);
      return deals;
    },
    commit: async (deal, { set: { root, leaves, sectors }, term = TERM }) => {
      const current = await now();
      // Every revision is newer than the ones of earlier blocks.
      const number = BigInt(await chain.block());
      // A revision without leaves cannot move the end out (R4).
      const end = leaves === 0 ? period(Number((await market.dealOf(deal)).end)) : period(current + term);
      return staged.commit({ deal, number, root, leaves, sectors, end, price: PRICE, validUntil: period(current + 1) });
    },
    batch,
    batches: async (from, calls) => {
      for (let at = 0; at < calls.length; at += AT_ONCE) await batch(from, calls.slice(at, at + AT_ONCE));
    },
    undone: async (run) => {
      const back = await chain.remember();
      try {
        return await run();
      } finally {
        await back();
      }
    },
    stop: chain.close,
  };
};
