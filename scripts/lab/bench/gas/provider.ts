import type { TransactionReceipt } from 'ethers';
import { createBenchMarket } from '../market/market.js';
import { createBenchProver } from '../market/prover.js';
import { GIB_SECTORS } from '../market/content.js';
import { becomeSteady, createGasBench, type Crowd } from './bench.js';
import type { GasBench } from './verbs/verb.js';

/** A provider whose deals all hold the same GiB, and which never misses a period. */
export interface GasProvider {
  /** Posts first revisions until the provider has `count` deals. */
  growTo(count: number): Promise<void>;
  /** Goes to the next period and proves it. */
  prove(seedOnRecord: boolean): Promise<TransactionReceipt>;
  /** Goes on to a moment of which {@link GasBench} is true. */
  steady(): Promise<void>;
  /** What verbs are measured on, at the present moment. */
  bench(): GasBench;
  stop(): Promise<void>;
}

/** Opens `most` deals, of which none stores anything yet. */
export const createGasProvider = async (most: number): Promise<GasProvider> => {
  const market = await createBenchMarket();
  const prover = createBenchProver(market);
  const set = prover.setOf(GIB_SECTORS);
  const opened = await market.openMany(0, most);
  let grown = 0;
  const crowd = (): Crowd => ({ opened: most, usual: opened.slice(0, grown), draw: () => set });
  return {
    growTo: async (count) => {
      const calls = await Promise.all(opened.slice(grown, count).map((deal) => market.commit(deal, { set })));
      await market.batches(market.outsider, calls);
      grown = count;
    },
    prove: (seedOnRecord) => prover.proveNext(() => set, seedOnRecord),
    steady: () => becomeSteady(market, prover, crowd()),
    bench: () => createGasBench(market, prover, crowd()),
    stop: market.stop,
  };
};
