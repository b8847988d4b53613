import type { MarketBook } from '../../node/chain/market/contracts.js';
import { startAnvil, type TestChain } from '../support/rpc/anvil.js';
import { startHardhatChain } from '../support/rpc/hardhat-chain.js';
import { chainWorld, deployOn, memoryWorld, type MarketWorld } from './market-world.js';
import { settlementCompliance } from './settlement-compliance.js';

/** Every world starts from a chain with nothing but a market. */
const on = (start: () => Promise<TestChain>, rpcs: (url: string) => readonly string[] = (url) => [url]): (() => Promise<MarketWorld>) => {
  let chain: TestChain;
  let book: MarketBook;
  let empty: unknown;
  before(async () => {
    chain = await start();
    book = await deployOn(chain);
    empty = await chain.rpc('evm_snapshot');
  });
  after(async () => chain.stop());
  return async () => {
    await chain.rpc('evm_revert', empty);
    empty = await chain.rpc('evm_snapshot');
    return chainWorld(chain, book, rpcs(chain.url));
  };
};

describe('settlement', function () {
  this.timeout(60_000);
  describe('in memory', () => settlementCompliance(memoryWorld));
  describe('on anvil', () => settlementCompliance(on(startAnvil)));
  describe('on anvil, through two RPCs', () => settlementCompliance(on(startAnvil, (url) => [url, `${url}/?second`])));
  describe("on Hardhat's network", () => settlementCompliance(on(startHardhatChain)));
});
