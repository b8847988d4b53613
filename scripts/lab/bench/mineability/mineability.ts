import { MaxUint256 } from 'ethers';
import { createChance } from '../../staging/chance.js';
import { playDefault, type AfterDefault } from './after-default.js';
import { createBenchMarket } from '../market/market.js';
import { createBenchProver } from '../market/prover.js';
import { GIB_SECTORS } from '../market/content.js';
import { createDealActs, type Lives } from './deal-acts.js';
import { createDealLives } from './deal-lives.js';
import { createDealRoster } from './deal-roster.js';
import { becomeSteady, createGasBench, type Crowd } from '../gas/bench.js';
import { createGasTally, type GasByDeals } from '../gas/tally.js';
import { nameOf } from '../gas/verbs/verb.js';
import { neededVerbs } from './verbs.js';

/** Everything that happens by chance follows from it. */
const SEED = 'mineability';
/** Periods that a deal still runs for if it is measured on. */
const PERIODS_LEFT = 20;

/** Missed periods in one word of the provider's log of them (`MissLog`). */
const MISSES_PER_WORD = 8n;
/** Of a run of misses that is one short of a default, the last begins a new word when so many are in the word before: the dearest. */
const MISSES_BEFORE = 5n;

/** What `npm run bench -- mineability` measures: a provider whose deals were renewed, left, challenged, forfeited, and over. */
export interface MineabilityFigures {
  /** What became of the deals on the way, up to the default. */
  readonly lives: Readonly<Lives>;
  /** Gas of every needed call, by deals with data. The provider has missed some periods before. */
  readonly calls: GasByDeals;
  /** Gas of what is done after a default with the most deals. */
  readonly afterDefault: AfterDefault;
}

/** Powers of ten from 10 to `most`, which is one of them. */
const sizesUpTo = (most: number): readonly number[] => (most > 10 ? [...sizesUpTo(most / 10), most] : [most]);

/**
 * Drives one provider to `most` deals, a power of ten, measures what must be possible on the way, and lets it default. With
 * 10,000 deals four minutes.
 */
export const measureMineability = async (most: number, say: (line: string) => void): Promise<MineabilityFigures> => {
  const market = await createBenchMarket();
  const prover = createBenchProver(market);
  const roster = createDealRoster(market, prover.setOf);
  const acts = createDealActs(market, prover, roster);
  const { growTo } = createDealLives(market, prover, roster, acts, createChance(SEED));
  const tally = createGasTally(neededVerbs.map(nameOf));

  const crowd = async (): Promise<Crowd> => {
    const now = await market.now();
    const usual = roster
      .deals()
      .filter(({ sectors, challenged }) => sectors === GIB_SECTORS && !challenged)
      .filter(({ end, maxEnd }) => end > now + PERIODS_LEFT && maxEnd > now + 2 * market.parameters.noticePeriods);
    return { opened: acts.lives.opened, usual: usual.map(({ id }) => id), draw: roster.draw };
  };

  /** Whether a run of misses begins a new word of the log is a matter of what was missed before, not of how many deals there are. */
  const fillMissLog = async (): Promise<void> => {
    const { market: verbs } = market.contracts;
    while ((await verbs.missesThrough(market.provider, MaxUint256)) % MISSES_PER_WORD !== MISSES_BEFORE) {
      await acts.miss(1);
      await prover.proveNext(roster.draw);
    }
  };

  for (const size of sizesUpTo(most)) {
    await growTo(size);
    await fillMissLog();
    await becomeSteady(market, prover, await crowd());
    await roster.refresh(roster.deals().map(({ id }) => id));
    await roster.requireTrue();
    const looked = await crowd();
    await tally.measure(() => createGasBench(market, prover, looked), neededVerbs, size);
    say(`measured with ${size} deals; so far ${JSON.stringify(acts.lives)}`);
  }
  const afterDefault = await playDefault(market, prover, roster, acts.lives.opened);
  await market.stop();
  return { lives: acts.lives, calls: tally.figures, afterDefault };
};
