import type { TransactionReceipt } from 'ethers';
import { toHex } from '../../../../node/core/data/bytes.js';
import type { DataSet } from '../../../../node/core/data/data-set.js';
import { auditRandom, challengeLeaf, drawLeaf } from '../../../../node/core/market/sampling.js';
import { hash, type DealId } from '../../../../node/core/units.js';
import type { PreparedCall } from '../../staging/chain.js';
import type { BenchMarket } from './market.js';
import { createContent, type DrawnLeaf } from './content.js';

/** The data set of the deal that `low` draws: low mod T falls into its weight (R13). */
export type DrawDeal = (low: bigint) => DataSet;

/** Proves for the one provider of a {@link BenchMarket}. */
export interface BenchProver {
  /** Goes to the next period and proves it; `seedOnRecord` says whether somebody records the seed before. */
  proveNext(draw: DrawDeal, seedOnRecord?: boolean): Promise<TransactionReceipt>;
  /** The call that answers the challenge of `deal`, which holds `set` and was challenged in period `challenged`. */
  answer(deal: DealId, set: DataSet, challenged: number): Promise<PreparedCall>;
  /** The first `sectors` sectors of the GiB that all deals share. */
  setOf(sectors: number): DataSet;
}

export const createBenchProver = (bench: BenchMarket): BenchProver => {
  const { send, parameters, provider, outsider } = bench;
  const { market } = bench.contracts;
  const content = createContent();
  const samples = Array.from({ length: parameters.samples }, (_, i) => i);
  const bytesOf = (drawn: readonly DrawnLeaf[]): string => toHex(content.prove(drawn));
  return {
    setOf: content.setOf,
    proveNext: async (draw, seedOnRecord = true) => {
      const period = (await bench.now()) + 1;
      await bench.goTo(period, 1);
      if (seedOnRecord) await send(outsider, market.recordSeed.populateTransaction(period));
      const seed = hash(await market.seedOf(period));
      const drawn = samples.map((i) => {
        const { low, high } = auditRandom(seed, provider, i);
        const set = draw(low);
        return { set, leaf: drawLeaf(high, set.leaves) };
      });
      const receipt = await send(outsider, market.prove.populateTransaction(provider, period, bytesOf(drawn)));
      if ((await market.accountOf(provider)).lastProven !== BigInt(period)) throw new Error(`period ${period} was not proven`);
      return receipt;
    },
    answer: async (deal, set, challenged) => {
      const seed = hash(await market.seedOf(challenged + 1));
      const drawn = samples.map((i) => ({ set, leaf: challengeLeaf(seed, deal, i, set.leaves) }));
      return market.answer.populateTransaction(deal, bytesOf(drawn));
    },
  };
};
