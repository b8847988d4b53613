import { expect } from 'chai';
import { createCampaign, efforts, type Campaign } from '../../scripts/lab/honest/campaign.js';
import { answers, missing, refusals } from '../../scripts/lab/honest/expected.js';

describe('Honest parties against an adversary (INV-18)', function () {
  this.timeout(600_000);
  let campaign: Campaign;
  before(async () => (campaign = await createCampaign()));
  after(() => campaign.close());

  it('lose nothing in any run', async () => {
    const { runs, steps } = efforts.quick;
    for (let run = 0; run < runs; run++) {
      const failure = await campaign.run(run.toString(16).padStart(16, '0'), steps);
      expect(failure?.error, `npm run honest -- --seed ${failure?.script.seed} --steps ${steps}`).to.equal(undefined);
    }
  });

  it('do their work beside it, which tries every verb and meets every refusal', () => {
    expect(missing(campaign.tally.counts, efforts.quick.least, refusals, answers)).to.deep.equal([]);
  });

  it('repeat a run by its seed, move for move', async () => {
    const { counts } = campaign.tally;
    const played = async (): Promise<readonly number[]> => {
      const before = [counts.blocks, ...counts.verbs.values(), ...counts.refusals.values()].reduce((sum, one) => sum + one, 0);
      await campaign.run('00000000000000ff', 4);
      return [[counts.blocks, ...counts.verbs.values(), ...counts.refusals.values()].reduce((sum, one) => sum + one, 0) - before];
    };
    expect(await played()).to.deep.equal(await played());
  });
});
