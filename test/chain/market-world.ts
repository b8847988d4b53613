import { JsonRpcProvider, Wallet } from 'ethers';
import { join } from 'node:path';
import type { Book } from '../../node/app/book/book.js';
import type { MarketBook } from '../../node/chain/market/market-book.js';
import { createSettlement } from '../../node/chain/settlement.js';
import type { MarketParameters } from '../../node/core/market/deal.js';
import type { MarketIdentity } from '../../node/core/keys/market-identity.js';
import { addressOf } from '../../node/core/keys/signing.js';
import { wei, type Address } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { deployMarket } from '../../scripts/deploy/deploy-market.js';
import { hashOf } from '../support/worlds/actors.js';
import { testKeys, type TestChain } from '../support/rpc/anvil.js';
import { devnetParameters } from '../support/memory-market/market-parameters.js';
import { createMemoryLedger } from '../support/memory-market/settlement.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

/** A market and the power over its blocks: what the compliance suite runs on. Every action makes a block at once. */
export interface MarketWorld {
  readonly identity: MarketIdentity;
  readonly parameters: MarketParameters;
  /** The person called `name` (see `actor`), acting. */
  as(name: string): Promise<Settlement>;
  /** Gives an account coin and tokens (wei), and, if it can act, lets the vault take them. */
  fund(name: string, tokens: bigint): Promise<void>;
  mine(blocks: number): Promise<void>;
  /** Mines up to block `offset` of `period`, which must not be past. */
  mineTo(period: number, offset: number): Promise<void>;
  close(): Promise<void>;
}

/** The memory twin. */
export const memoryWorld = async (): Promise<MarketWorld> => {
  const ledger = createMemoryLedger();
  return {
    identity: ledger.identity,
    parameters: ledger.parameters,
    as: async (name) => ledger.as(addressOf(hashOf(name))),
    fund: async (name, tokens) => ledger.fund(addressOf(hashOf(name)), tokens),
    mine: async (blocks) => ledger.mine(blocks),
    mineTo: async (period, offset) => ledger.mineTo(period, offset),
    close: async () => undefined,
  };
};

/** A market on a test chain, deployed by its first funded account. */
export const deployOn = async (chain: TestChain): Promise<Book> => {
  const provider = new JsonRpcProvider(chain.url, undefined, { cacheTimeout: -1, pollingInterval: 20 });
  try {
    const signer = new Wallet(testKeys[0], provider);
    const token = { holder: addressOf(testKeys[0]), supply: wei(10n ** 27n), faucetAmount: wei(10n ** 21n) };
    const deployed = await deployMarket({ signer, parameters: devnetParameters, token });
    const { chainId } = await provider.getNetwork();
    return { version: 1, network: 'a test chain', chainId, family: 'ethereum', blockMilliseconds: 1_000, ...deployed };
  } finally {
    provider.destroy();
  }
};

/** The chain client on a test chain, with the market that `book` names. */
export const chainWorld = async (
  chain: TestChain,
  book: MarketBook,
  rpcUrl: string | readonly string[] = chain.url,
): Promise<MarketWorld> => {
  const folder = await temporaryDirectory();
  const people = new Map<string, Promise<Settlement>>();
  const open = async (name: string): Promise<Settlement> =>
    createSettlement({ rpcUrl, book, signerKey: hashOf(name), directory: join(folder.path, name), pollMilliseconds: 10 });
  const as = async (name: string): Promise<Settlement> => {
    const settlement = people.get(name) ?? open(name);
    people.set(name, settlement);
    return settlement;
  };
  const rich = createSettlement({
    rpcUrl,
    book,
    signerKey: testKeys[0],
    directory: join(folder.path, 'rich'),
    pollMilliseconds: 10,
  });
  people.set('the deployer', rich);
  const blockNow = async (): Promise<number> => Number(await chain.rpc<string>('eth_blockNumber'));
  const mine = async (blocks: number): Promise<void> => {
    if (blocks > 0) await chain.rpc('hardhat_mine', `0x${blocks.toString(16)}`);
  };
  const { identity, parameters, genesisBlock } = await rich;
  return {
    identity,
    parameters,
    as,
    fund: async (name, tokens) => {
      const account: Address = addressOf(hashOf(name));
      const purse = await rich;
      await purse.submit({ kind: 'sendCoin', to: account, amount: (10n ** 20n) as never });
      if (tokens > 0n) await purse.submit({ kind: 'sendToken', to: account, amount: wei(tokens) });
      await (await as(name)).submit({ kind: 'approve', amount: wei(tokens) });
    },
    mine,
    mineTo: async (period, offset) => {
      const target = genesisBlock + (period - 1) * parameters.periodBlocks + offset;
      const missing = target - (await blockNow());
      if (missing < 0) throw new Error(`block ${target} is past`);
      await mine(missing);
    },
    close: async () => {
      for (const settlement of people.values()) await (await settlement).close();
      await folder.remove();
    },
  };
};
