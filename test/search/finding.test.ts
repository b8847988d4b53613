import { expect } from 'chai';
import { parameterSets, type ParameterSet } from '../../scripts/lab/search/parameter-sets.js';
import { runSearch } from '../../scripts/lab/search/run.js';

const SEED = '1';

const setOf = (name: string): ParameterSet => {
  const set = parameterSets.find((each) => each.name.startsWith(name));
  if (set === undefined) throw new Error(`no parameters are called ${name}`);
  return set;
};

/** That the search of coalition.test.ts finds what there is to find, where R9 is broken. */
describe(`INV-12: a coalition where cheating pays (seed ${SEED})`, function () {
  this.timeout(180_000);

  it('is found to earn by padding where nothing is burnt', async () => {
    const part = await runSearch(setOf('nothing burnt'), { depth: 'quick', seed: SEED }, () => undefined);
    expect(part.cheatingPays, JSON.stringify(part, null, 2)).to.equal(true);
    expect(part.found[0]?.strategy, 'the search finds padding by itself').to.match(/padding/);
    expect(part.known['drop everything behind padding']?.profit).to.be.above(0);
    expect(part.known['drop everything']?.profit, 'without padding even this pays nothing').to.be.below(0);
  });

  it('is found to earn where a miss takes too little', async () => {
    const part = await runSearch(setOf('missBps 10'), { depth: 'quick', seed: SEED }, () => undefined);
    expect(part.cheatingPays, JSON.stringify(part, null, 2)).to.equal(true);
  });
});
