import type { MarketBook } from '../../node/chain/market/market-book.js';
import { startAnvil, type TestChain } from '../support/rpc/anvil.js';
import { startHardhatChain } from '../support/rpc/hardhat-chain.js';
import type { OpenStaged } from './compliance-market.js';
import { chainWorld, deployOn, memoryWorld } from './market-world.js';
import { settlementCompliance } from './settlement-compliance.js';

const inMemory: OpenStaged = async (stage) => {
  const world = await memoryWorld();
  await stage(world);
  return world;
};

/** A chain with nothing but a market is staged once; from then on the chain goes back to that. */
const on = (start: () => Promise<TestChain>, rpcs: (url: string) => readonly string[] = (url) => [url]): OpenStaged => {
  let chain: TestChain;
  let book: MarketBook;
  let staged: unknown;
  before(async () => {
    chain = await start();
    book = await deployOn(chain);
  });
  after(async () => chain.stop());
  return async (stage) => {
    if (staged !== undefined) await chain.rpc('evm_revert', staged);
    else {
      const world = await chainWorld(chain, book, rpcs(chain.url));
      await stage(world);
      await world.close();
    }
    staged = await chain.rpc('evm_snapshot');
    return chainWorld(chain, book, rpcs(chain.url));
  };
};

describe('settlement', function () {
  this.timeout(60_000);
  describe('in memory', () => settlementCompliance(inMemory));
  describe('on anvil', () => settlementCompliance(on(startAnvil)));
  describe('on anvil, through two RPCs', () => settlementCompliance(on(startAnvil, (url) => [url, `${url}/?second`])));
  describe("on Hardhat's network", () => settlementCompliance(on(startHardhatChain)));
});
