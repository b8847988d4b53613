import type { Signer, TransactionReceipt, TransactionResponse } from 'ethers';
import { network } from 'hardhat';
import { IHoldToken__factory } from '../../node/chain/contracts/factories/interfaces/IHoldToken__factory.js';
import { IProviderRegistry__factory } from '../../node/chain/contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IStorageMarket__factory } from '../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import { concatBytes, toHex } from '../../node/core/bytes.js';
import type { Revision } from '../../node/core/deal.js';
import { revisionDigest } from '../../node/core/revision.js';
import { auditRandom, drawLeaf } from '../../node/core/sampling.js';
import { createKeySigner } from '../../node/core/signing.js';
import { address, dealId, hash, MAX_LEAVES, period, wei, type Address, type DealId, type Signature } from '../../node/core/units.js';
import { deployMarket } from '../deploy/deploy-market.js';
import { parametersOf } from '../deploy/parameters.js';
import { createGibibyte } from './gas-data.js';

/** Token wei per GiB-period. */
const PRICE = wei(10n ** 15n);
const ESCROW = wei(10n ** 17n);
const LIFETIME = 90;
const TOKENS = 10n ** 24n;
const BLOCK_SECONDS = 12;
/** Items of one transaction that stays under the gas cap of a transaction (EIP-7825). */
const BATCH = { open: 50, commit: 50, gasPerItem: 300_000n } as const;

/** Keys of the two sides; any will do, always the same so that figures repeat. */
const signer = createKeySigner(`0x${'51'.repeat(32)}`);
const operator = createKeySigner(`0x${'0e'.repeat(32)}`);

/** A market on a chain in this process with one provider and one renter, whose deals all hold the same GiB. */
export interface GasMarket {
  /** Opens deals number `from` … `to − 1` and returns the receipts. */
  open(from: number, to: number): Promise<TransactionReceipt[]>;
  /** Posts the first revision of deals number `from` … `to − 1`, many in a transaction. */
  commitMany(from: number, to: number): Promise<void>;
  /** Posts the first revision of one deal in a transaction of its own; the deal ends `periods` from now. */
  commit(deal: number, periods: number): Promise<TransactionReceipt>;
  /** Goes to the next period and proves it; `seedOnRecord` says whether somebody recorded the seed before. */
  prove(seedOnRecord: boolean): Promise<TransactionReceipt>;
  close(deal: number): Promise<TransactionReceipt>;
  /** Last period that the deal is paid for has come. */
  isLastPeriod(deal: number): Promise<boolean>;
  stop(): Promise<void>;
}

export const createGasMarket = async (): Promise<GasMarket> => {
  const connection = await network.create({ override: { initialDate: '2026-01-01T00:00:00Z' } });
  const { ethers, networkHelpers } = connection;
  const account = async (index: number): Promise<Signer> => ethers.provider.getSigner(index);
  const [owner, renter, prover, outsider] = await Promise.all([account(0), account(1), account(2), account(3)]);
  const chainId = (await ethers.provider.getNetwork()).chainId;

  /** Every block is 12 seconds after the one before, so that block hashes, and with them all draws, repeat. */
  const mined = async (send: () => Promise<TransactionResponse>): Promise<TransactionReceipt> => {
    const latest = await ethers.provider.getBlock('latest');
    await ethers.provider.send('evm_setNextBlockTimestamp', [(latest?.timestamp ?? 0) + BLOCK_SECONDS]);
    const receipt = await (await send()).wait();
    if (receipt === null) throw new Error('a transaction was not mined');
    return receipt;
  };

  const { parameters } = parametersOf('ethereum-test');
  const token = { holder: await owner.getAddress(), supply: wei(2n * TOKENS), faucetAmount: wei(0n) };
  const book = await deployMarket({ signer: owner, parameters, token });
  const identity = { chainId, market: book.market };
  const provider: Address = address(await owner.getAddress());
  const market = IStorageMarket__factory.connect(book.market, renter);
  const hold = IHoldToken__factory.connect(book.token, owner);
  const registry = IProviderRegistry__factory.connect(book.registry, owner);
  const ask = { price: PRICE, egressPrice: 0n, minLeaves: 1n, maxLeaves: MAX_LEAVES, maxPeriods: 2 * LIFETIME };
  await mined(() => hold.transfer(renter, TOKENS));
  await mined(() => hold.approve(book.vault, TOKENS));
  await mined(() => hold.connect(renter).approve(book.vault, TOKENS));
  await mined(() => registry.register(operator.address, '0x00', '/ip4/127.0.0.1/tcp/1', ask));
  await mined(() => market.connect(owner).stake(provider, TOKENS / 2n));

  const gibibyte = createGibibyte();
  const { set } = gibibyte;
  const now = async (): Promise<number> => Number(await market.currentPeriod());
  const deals: DealId[] = [];

  const revisionOf = async (deal: DealId, end: number): Promise<[Revision, Signature, Signature]> => {
    const { root, leaves, sectors } = set;
    const revision: Revision = {
      deal,
      number: 1n,
      root,
      leaves,
      sectors,
      end: period(end),
      price: PRICE,
      validUntil: period((await now()) + 1),
    };
    const digest = revisionDigest(identity, revision);
    return [revision, await signer.sign(digest), await operator.sign(digest)];
  };
  const dealNumber = (index: number): DealId => {
    const deal = deals[index];
    if (deal === undefined) throw new RangeError(`deal ${index} is not open`);
    return deal;
  };

  const openSome = async (from: number, to: number): Promise<TransactionReceipt> => {
    const maxEnd = (await now()) + LIFETIME;
    const salts = Array.from({ length: to - from }, (_, i) => hash(ethers.toBeHex(from + i, 32)));
    const terms = { provider, signer: signer.address, maxPrice: PRICE, maxEgressPrice: 0n, maxEnd, maxLeaves: set.leaves, escrow: ESCROW };
    const receipt = await mined(() => market.open(salts.map((salt) => ({ ...terms, salt }))));
    for (const salt of salts) deals.push(dealId(await market.dealIdOf(renter, provider, salt)));
    return receipt;
  };
  const commitSome = async (from: number, to: number): Promise<void> => {
    const end = (await now()) + LIFETIME / 2;
    const calls = await Promise.all(
      deals.slice(from, to).map(async (deal) => market.interface.encodeFunctionData('commit', await revisionOf(deal, end))),
    );
    await mined(() => market.batch(calls, BATCH.gasPerItem));
    const { status } = await market.dealOf(dealNumber(to - 1));
    if (status !== 2n) throw new Error(`deal ${to - 1} was not committed`);
  };
  const proofOf = async (p: number): Promise<string> => {
    const seed = hash(await market.seedOf(p));
    const randoms = Array.from({ length: parameters.samples }, (_, i) => auditRandom(seed, provider, i));
    return toHex(concatBytes(...randoms.map(({ high }) => gibibyte.sample(drawLeaf(high, set.leaves)))));
  };

  return {
    open: async (from, to) => {
      const receipts: TransactionReceipt[] = [];
      for (let at = from; at < to; at += BATCH.open) receipts.push(await openSome(at, Math.min(to, at + BATCH.open)));
      return receipts;
    },
    commitMany: async (from, to) => {
      for (let at = from; at < to; at += BATCH.commit) await commitSome(at, Math.min(to, at + BATCH.commit));
    },
    commit: async (deal, periods) => {
      const args = await revisionOf(dealNumber(deal), (await now()) + periods);
      return mined(() => market.commit(...args));
    },
    prove: async (seedOnRecord) => {
      const p = (await now()) + 1;
      const first = Number(await market.firstBlockOf(p));
      await networkHelpers.mine(first + 1 - (await ethers.provider.getBlockNumber()), { interval: BLOCK_SECONDS });
      if (seedOnRecord) await mined(() => market.connect(outsider).recordSeed(p));
      const proof = await proofOf(p);
      const receipt = await mined(() => market.connect(prover).prove(provider, p, proof));
      if ((await market.accountOf(provider)).lastProven !== BigInt(p)) throw new Error(`period ${p} was not proven`);
      return receipt;
    },
    close: (deal) => mined(() => market.close(dealNumber(deal))),
    isLastPeriod: async (deal) => (await market.dealOf(dealNumber(deal))).end === BigInt((await now()) + 1),
    stop: () => connection.close(),
  };
};
