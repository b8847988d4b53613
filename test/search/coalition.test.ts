import { expect } from 'chai';
import { createChance } from '../../scripts/lab/staging/chance.js';
import { parameterSets, type ParameterSet } from '../../scripts/lab/search/parameter-sets.js';
import { play } from '../../scripts/lab/search/play.js';
import { runSearch } from '../../scripts/lab/search/run.js';
import { createStage } from '../../scripts/lab/search/stage.js';
import { honest } from '../../scripts/lab/search/strategy.js';

const SEED = '1';

const setOf = (name: string): ParameterSet => {
  const set = parameterSets.find((each) => each.name.startsWith(name));
  if (set === undefined) throw new Error(`no parameters are called ${name}`);
  return set;
};

/** The known attacks and what a short search finds; `npm run search -- --depth deep` looks harder. That it can find is shown in finding.test.ts. */
describe(`INV-12: a coalition of provider, renter and callers (seed ${SEED})`, function () {
  this.timeout(180_000);

  it('earns nothing by cheating at the default parameters', async () => {
    const part = await runSearch(setOf('defaults'), { depth: 'quick', seed: SEED }, () => undefined);
    expect(part.cheatingPays, JSON.stringify(part, null, 2)).to.equal(false);
    expect(part.found, 'cheats were tried').to.not.be.empty;
    for (const [name, { profit }] of Object.entries(part.known)) expect(profit, name).to.be.below(0);
  });

  it('has the rent of every period, and nothing else, when it is honest', async () => {
    const stage = await createStage({ parameters: setOf('no fees').parameters, periods: 10 });
    const outcome = await play(stage, honest, createChance(SEED));
    const padded = { ...honest, padding: 10, padded: 'atDraws', drains: true, settles: 1 } as const;
    const { gained } = await play(stage, padded, createChance(SEED));
    await stage.close();
    const rents = 10 * 0.9 + 5 * 0.1;
    expect(outcome).to.deep.include({ gained: rents, saved: 0, badLuck: 0, misses: 0, defaulted: false });
    expect(gained, 'deals with itself bring and cost nothing').to.equal(rents);
  });

  it('gets the unburnt half of its fees back, so that deals with itself cost the other half', async () => {
    const stage = await createStage({ parameters: setOf('defaults').parameters, periods: 10 });
    const { gained } = await play(stage, honest, createChance(SEED));
    const padded = await play(stage, { ...honest, padding: 10 }, createChance(SEED));
    await stage.close();
    expect(gained.toFixed(9)).to.equal((9.5 * 0.995).toFixed(9));
    expect(padded.gained.toFixed(9)).to.equal((gained - 10 * 10 * 0.005).toFixed(9));
  });

  it('plays the same game again from the same seed', async () => {
    const plays = [];
    for (let i = 0; i < 2; i++) {
      const stage = await createStage({ parameters: setOf('defaults').parameters, periods: 10 });
      plays.push(await play(stage, { ...honest, kept: 0.9, skips: 0.1 }, createChance(SEED)));
      plays.push(await play(stage, { ...honest, kept: 0.9, skips: 0.1 }, createChance('another')));
      await stage.close();
    }
    const [first, other, again] = plays;
    expect(again).to.deep.equal(first);
    expect(other).to.not.deep.equal(first);
  });
});
