import type { TransactionReceipt } from 'ethers';
import type { DealId } from '../../node/core/units.js';
import { createBenchMarket } from './bench-market.js';
import { createBenchProver } from './bench-prover.js';
import { GIB_SECTORS } from './content.js';
import type { GasBench } from './gas-verbs/verb.js';

/** Deals opened or committed in one transaction: they stay under the gas that one may have. */
const AT_ONCE = 50;
/** Periods that an epoch goes on for at least when something is measured. */
const LEFT_OF_EPOCH = 10;

/** A {@link GasBench} that grows. */
export interface GrowingBench {
  /** Posts first revisions until the provider has `count` deals. */
  growTo(count: number): Promise<void>;
  /** Goes to the next period and proves it. */
  prove(seedOnRecord: boolean): Promise<TransactionReceipt>;
  /** Goes on to a moment of which everything holds that {@link GasBench} says. */
  steady(): Promise<void>;
  /** The same moment, seen by the verbs that are measured in it. */
  look(): GasBench;
  stop(): Promise<void>;
}

/** Opens `most` deals of which none stores anything yet. */
export const createGasBench = async (most: number): Promise<GrowingBench> => {
  const market = await createBenchMarket();
  const { chain, parameters, contracts } = market;
  const { proveNext, answer, setOf } = createBenchProver(market);
  const gibibyte = setOf(GIB_SECTORS);
  const opened: DealId[] = [];
  for (let from = 0; from < most; from += AT_ONCE) opened.push(...(await market.open(from, Math.min(from + AT_ONCE, most))).deals);
  let grown = 0;
  const dealAt = (index: number): DealId => {
    const deal = opened[index];
    if (deal === undefined) throw new RangeError(`there is no deal ${index}`);
    return deal;
  };

  const commitEach: GasBench['commitEach'] = (deals, change) => Promise.all(deals.map((deal) => market.commit(deal, change)));
  const prove = async (seedOnRecord = true) => proveNext(() => gibibyte, seedOnRecord);
  return {
    growTo: async (count) => {
      for (; grown < count; grown = Math.min(grown + AT_ONCE, count)) {
        const some = opened.slice(grown, Math.min(grown + AT_ONCE, count));
        await market.batch(market.outsider, await commitEach(some, { set: gibibyte }));
      }
    },
    prove,
    steady: async () => {
      const { epochPeriods } = parameters;
      // Epoch 0 begins in period 1. The settlement takes one of the periods left.
      while (epochPeriods - (((await market.now()) - 1) % epochPeriods) - 1 <= LEFT_OF_EPOCH) await prove();
      await chain.send(market.outsider, contracts.market.settle.populateTransaction(dealAt(0)));
      await prove();
    },
    look: () => ({
      ...market,
      answer,
      get last() {
        return dealAt(grown - 1);
      },
      spread: (count) => Array.from({ length: count }, (_, i) => dealAt(Math.floor(((i + 1) * grown) / count) - 1)),
      gibibyte,
      openMore: (count) => market.open(most, most + count),
      commitEach,
      proveNext: async () => void (await prove()),
      miss: async (periods) => market.goTo((await market.now()) + periods, parameters.windowBlocks),
      send: chain.send,
    }),
    stop: chain.stop,
  };
};
