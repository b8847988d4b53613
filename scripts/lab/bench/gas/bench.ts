import type { DealId } from '../../../../node/core/units.js';
import type { BenchMarket } from '../market/market.js';
import type { BenchProver, DrawDeal } from '../market/prover.js';
import { GIB_SECTORS } from '../market/content.js';
import type { GasBench } from './verbs/verb.js';

/** Periods that an epoch goes on for at least when something is measured. */
const LEFT_OF_EPOCH = 10;

/** The deals of the provider, as far as they are measured on. */
export interface Crowd {
  /** Deals of the renter so far, closed ones too. */
  readonly opened: number;
  /** Deals that hold 1 GiB and can be revised, by slot. */
  readonly usual: readonly DealId[];
  readonly draw: DrawDeal;
}

/** `count` of the list, evenly spread, the last one among them. */
const spreadOver = (list: readonly DealId[], count: number): readonly DealId[] => {
  if (count > list.length) throw new RangeError(`there are only ${list.length} deals`);
  return Array.from({ length: count }, (_, i) => list[Math.floor(((i + 1) * list.length) / count) - 1] as DealId);
};

/** Goes on to a moment of which {@link GasBench} is true. */
export const becomeSteady = async (market: BenchMarket, { proveNext }: BenchProver, { usual, draw }: Crowd): Promise<void> => {
  const { epochPeriods } = market.parameters;
  // Epoch 0 begins in period 1. The settlement takes one of the periods left.
  while (epochPeriods - (((await market.now()) - 1) % epochPeriods) - 1 <= LEFT_OF_EPOCH) await proveNext(draw);
  const [deal] = spreadOver(usual, 1);
  await market.send(market.outsider, market.contracts.market.settle.populateTransaction(deal ?? ''));
  await proveNext(draw);
};

/** What verbs are measured on, at the present moment. */
export const createGasBench = (market: BenchMarket, prover: BenchProver, { opened, usual, draw }: Crowd): GasBench => ({
  ...market,
  answer: prover.answer,
  get last() {
    return spreadOver(usual, 1)[0] as DealId;
  },
  spread: (count) => spreadOver(usual, count),
  gibibyte: prover.setOf(GIB_SECTORS),
  openMore: (count) => market.open(opened, opened + count),
  commitEach: (deals, change) => Promise.all(deals.map((deal) => market.commit(deal, change))),
  proveNext: () => prover.proveNext(draw),
  miss: async (periods) => market.goTo((await market.now()) + periods, market.parameters.windowBlocks),
});
