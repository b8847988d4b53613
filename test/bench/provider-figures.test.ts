import { expect } from 'chai';
import type { Figure } from '../../scripts/lab/bench/provider/figure.js';
import { fullSizes, measureProvider, SECTIONS, shortSizes, type ProviderSizes } from '../../scripts/lab/bench/provider/provider.js';
import { expectNear } from '../support/near.js';

const tiny: ProviderSizes = {
  ingest: [
    { sectorBytes: 128 << 10, sectors: 3, atOnce: 2 },
    { sectorBytes: 8 << 10, sectors: 5, atOnce: 5 },
  ],
  deals: [
    { sectors: 3, deals: 1 },
    { sectors: 1, deals: 4 },
  ],
  times: 3,
  opening: [{ deals: 2, sectors: 5 }],
  reads: { sectors: 1, times: 4 },
};

/** What a figure is of, how often it was measured, and beside what. */
const shapeOf = ({ size, times, limits }: Figure) => [size, times, Object.keys(limits)];

describe('the bench of a provider', () => {
  it('measures each size beside its limits, on a machine that it names without paths', async () => {
    const said: string[] = [];
    const figures = await measureProvider(SECTIONS, tiny, (line) => void said.push(line));
    const { machine, ingest = [], signing = [], proving = [], opening = [], reads } = figures;
    expect(ingest.map(shapeOf)).to.deep.equal([
      [{ sectorBytes: 131_072, atOnce: 2 }, 3, ['written and synced', 'hashed']],
      [{ sectorBytes: 8_192, atOnce: 5 }, 5, ['written and synced', 'hashed']],
    ]);
    expect(signing.map(shapeOf)).to.deep.equal(tiny.deals.map((size) => [size, 3, ['written and synced', 'signed']]));
    expect(proving.map(shapeOf)).to.deep.equal(tiny.deals.map((size) => [size, 3, ['rows read']]));
    expect(opening.map(shapeOf)).to.deep.equal([[{ deals: 2, sectors: 5 }, 1, ['rows read']]]);
    for (const { milliseconds, limits } of [...ingest, ...signing, ...proving, ...opening])
      for (const limit of Object.values(limits)) {
        expect(limit.milliseconds).to.be.greaterThan(0);
        expectNear(limit.ratio * limit.milliseconds, milliseconds, milliseconds / 100);
      }
    expect(reads?.sectors).to.equal(1);
    expect(reads?.readsPerProcessorSecond).to.be.greaterThan(0);
    expect(reads?.hashed.median).to.be.greaterThan(0);
    expect(machine.cores).to.be.greaterThan(0);
    expect(JSON.stringify(figures)).not.to.match(/[/\\]/);
    expect(said).to.have.lengthOf(8);
  }).timeout(60_000);

  it('measures the sections alone that it is asked for', async () => {
    expect(Object.keys(await measureProvider(['opening'], tiny, () => undefined))).to.deep.equal(['machine', 'opening']);
  }).timeout(30_000);

  it('has in its full form the sizes that were promised, and in its short one no larger', () => {
    expect(fullSizes.ingest.map(({ sectorBytes }) => sectorBytes)).to.deep.equal([4 << 20, 8 << 10]);
    expect(fullSizes.deals.map(({ sectors, deals }) => [sectors, deals])).to.deep.equal([
      [1, 1],
      [1_000, 1],
      [100_000, 1],
      [1, 16_384],
    ]);
    expect(fullSizes.opening.map(({ deals, sectors }) => deals * sectors)).to.deep.equal([1_000_000]);
    const totalOf = ({ deals }: ProviderSizes) => deals.reduce((sum, size) => sum + size.deals * size.sectors, 0);
    expect(totalOf(shortSizes)).to.be.lessThan(totalOf(fullSizes) / 5);
  });
});
