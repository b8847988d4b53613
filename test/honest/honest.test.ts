import { expect } from 'chai';
import { createCampaign, efforts, type Campaign } from '../../scripts/lab/honest/campaign.js';
import { answers, missing, refusals } from '../../scripts/lab/honest/expected.js';
import type { Counts } from '../../scripts/lab/honest/tally.js';

/** How often what happened so far, by what it was. */
const snapshot = (counts: Counts): ReadonlyMap<string, number> => {
  const tables = (['verbs', 'refusals', 'answers', 'moves'] as const).map((what) => [what, counts[what]] as const);
  const rows = tables.flatMap(([what, table]) => [...table].map(([name, times]) => [`${what} ${name}`, times] as const));
  return new Map<string, number>([['blocks', counts.blocks], ...rows]);
};

/** What happened between two snapshots, and how often. */
const difference = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...after].map(([name, times]) => [name, times - (before.get(name) ?? 0)]));

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
    const played = async (): Promise<unknown> => {
      const before = snapshot(campaign.tally.counts);
      await campaign.run('00000000000000ff', 4);
      return difference(before, snapshot(campaign.tally.counts));
    };
    expect(await played()).to.deep.equal(await played());
  });
});
