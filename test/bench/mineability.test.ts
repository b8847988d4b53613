import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { nameOf } from '../../scripts/lab/bench/gas/verbs/verb.js';
import type { MineabilityFigures } from '../../scripts/lab/bench/mineability/mineability.js';
import { levelsOf, unmineable } from '../../scripts/lab/bench/mineability/report.js';
import { neededVerbs } from '../../scripts/lab/bench/mineability/verbs.js';

const committed = JSON.parse(
  readFileSync(new URL('../../scripts/lab/bench/mineability/mineability.json', import.meta.url), 'utf8'),
) as MineabilityFigures;

describe('what the bench of mineability says of its figures', () => {
  it('counts the levels of a sum tree, four children a node', () => {
    expect([1, 2, 4, 5, 16, 17, 1_000, 1_024, 1_025, 10_000].map(levelsOf)).to.deep.equal([0, 1, 1, 2, 2, 3, 5, 5, 6, 7]);
  });

  it('lets a call take 1,500,000 gas and no more', () => {
    expect(unmineable({ calls: { settle: { '10': 1_500_000 } }, afterDefault: { close: 1_500_000 } })).to.deep.equal([]);
    expect(unmineable({ calls: { settle: { '10': 1_500_001 } }, afterDefault: { close: 1_500_002 } })).to.deep.equal([
      'settle at 10 deals takes 1500001 gas, more than 1500000',
      'close after a default takes 1500002 gas, more than 1500000',
    ]);
  });

  it('lets a call grow by 24,000 gas for each level and no more', () => {
    const calls = (more: number) => ({ calls: { commit: { '1000': 200_000 + more, '10': 100_000, '100': 200_000 } }, afterDefault: {} });
    expect(unmineable({ calls: { commit: { '10': 100_000, '100': 148_000 } }, afterDefault: {} })).to.deep.equal([]);
    expect(unmineable({ calls: { commit: { '10': 100_000, '100': 148_001 } }, afterDefault: {} })).to.deep.equal([
      'commit takes 48001 gas more at 100 deals than at 10, and 48000 is the most',
    ]);
    expect(unmineable(calls(24_001))).to.include('commit takes 24001 gas more at 1000 deals than at 100, and 24000 is the most');
  });

  it('lets no call grow between two sizes with as many levels', () => {
    expect(unmineable({ calls: { sync: { '65': 30_000, '200': 30_001 } }, afterDefault: {} })).to.deep.equal([
      'sync takes 1 gas more at 200 deals than at 65, and 0 is the most',
    ]);
  });
});

describe('the committed figures of mineability', () => {
  it('are of a provider with up to 10,000 deals, and keep what INV-6 says', () => {
    for (const [name, figures] of Object.entries(committed.calls))
      expect(Object.keys(figures), name).to.deep.equal(['10', '100', '1000', '10000']);
    expect(unmineable(committed)).to.deep.equal([]);
  });

  it('are there for every needed call', () => {
    expect(Object.keys(committed.calls)).to.deep.equal(neededVerbs.map(nameOf));
  });

  it('come after everything that can happen to a deal', () => {
    for (const [what, count] of Object.entries(committed.lives)) expect(count, what).to.be.at.least(10);
  });
});
