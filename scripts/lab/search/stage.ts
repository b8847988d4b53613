import type { MarketParameters } from '../../../node/core/market/deal.js';
import { wei } from '../../../node/core/units.js';
import type { Artifacts } from '../../deploy/artifacts.js';
import { createStagedChain, type ChainTerms, type StagedChain } from '../staging/chain.js';
import { createChance, type Chance } from '../staging/chance.js';
import { createSearchMarket, type SearchDeal, type SearchMarket } from './market.js';
import { createStoredSet } from './stored-set.js';

/** Gas is free for whoever searches. */
const CHAIN: ChainTerms = {
  start: '2030-03-17T17:46:40Z',
  blockSeconds: 1,
  transaction: { gas: '0x1000000', gasPrice: '0x2540be400' },
};

/** Rent of a leaf, token wei a period; at the default parameters it weighs nine units, with nothing rounded. */
export const LEAF_RENT = 10n ** 15n;
/** Token wei per GiB-period. */
export const LEAF_PRICE = LEAF_RENT << 25n;
/** Leaves of the honest renters' deals, two of each renter. The last deal ends half way. */
const HONEST_LEAVES = [40, 30, 20, 10] as const;
/** Leaves of all of them together. */
export const ALL_LEAVES = HONEST_LEAVES.reduce<number>((sum, leaves) => sum + leaves, 0);

export interface StageOptions {
  readonly parameters: MarketParameters;
  /** Audited periods of a play. */
  readonly periods: number;
  /** A market that takes parameters which R9 refuses. */
  readonly unchecked?: Artifacts['market'] | undefined;
}

/** A market in which two honest renters have stored their data with the provider. Period 1; the first audit comes in 2. */
export interface Stage extends StageOptions {
  readonly chain: StagedChain;
  readonly market: SearchMarket;
  /** First period that is not played. */
  readonly end: number;
  /** Tokens of the coalition at the beginning, token wei. */
  readonly worth: bigint;
  /** Back to the beginning, with a chain to come that depends on `chance`; fresh copies of the honest deals. */
  restart(chance: Chance): Promise<SearchDeal[]>;
  close(): Promise<void>;
}

export const createStage = async (options: StageOptions): Promise<Stage> => {
  const { parameters, periods } = options;
  const chain = await createStagedChain(CHAIN);
  const market = await createSearchMarket(chain, parameters, options.unchecked);
  const end = periods + 2;
  const salts = createChance('salts of the honest deals');
  const deals: SearchDeal[] = [];
  for (const [index, leaves] of HONEST_LEAVES.entries()) {
    const renter = market.people.renters[index % 2 === 0 ? 0 : 1];
    const last = index === HONEST_LEAVES.length - 1;
    const ends = last ? 2 + Math.ceil(periods / 2) : end;
    const deal = await market.open(renter, salts.hash(), createStoredSet(leaves), wei(LEAF_PRICE), ends, await market.period());
    await market.stake(deal.weight * parameters.unit);
    await market.commit(renter, deal, await market.period(), true);
    deals.push(deal);
  }
  if ((await market.period()) !== 1) throw new Error('a period is too short for the beginning');
  const back = await chain.remember();
  return {
    ...options,
    chain,
    market,
    end,
    worth: await market.coalitionWorth(),
    restart: async (chance) => {
      await back();
      await chain.stir(chance.hash());
      return deals.map((deal) => ({ ...deal }));
    },
    close: () => chain.close(),
  };
};
