import { expect } from 'chai';
import { measurePace, paceBlocks, steadyPace } from '../../../node/core/market/block-pace.js';
import { blockNumber } from '../../../node/core/units.js';

const NOW = Date.UTC(2027, 0, 1);
const head = blockNumber(10_000);

/** The times of the blocks that are looked at, where blocks come every `seconds(block)` seconds and the newest one came just now. */
const timesOf = (seconds: (block: number) => number) => {
  const at = (block: number): number => {
    let time = NOW / 1_000;
    for (let one = head as number; one > block; one--) time -= seconds(one);
    return Math.round(time);
  };
  return paceBlocks(head).map((block) => ({ block, timestamp: at(block) }));
};

describe('The pace of a chain', () => {
  it('is measured by ten blocks, and not at all of a chain that has not that many', () => {
    expect(paceBlocks(head)).to.have.length(10);
    expect(new Set(paceBlocks(head)).size).to.equal(10);
    expect(paceBlocks(blockNumber(9 * 256))).to.include(blockNumber(0));
    expect(paceBlocks(blockNumber(9 * 256 - 1))).to.deep.equal([]);
    expect(measurePace([], NOW)).to.equal(undefined);
    expect(measurePace(timesOf(() => 12).slice(1), NOW)).to.equal(undefined);
  });

  it('is that of most of the time: hours in which no block came change nothing', () => {
    expect(
      measurePace(
        timesOf(() => 12),
        NOW,
      ),
    ).to.equal(12_000);
    expect(
      measurePace(
        timesOf((block) => (block === 9_900 || block === 9_000 ? 20_000 : 12)),
        NOW,
      ),
    ).to.equal(12_000);
    expect(
      measurePace(
        timesOf((block) => (block % 10 === 0 ? 24 : 12)),
        NOW,
      ),
    ).to.be.within(13_100, 13_300);
  });

  it('is not told by a chain whose times stand still or run ahead of the clock', () => {
    expect(
      measurePace(
        timesOf(() => 0),
        NOW,
      ),
    ).to.equal(undefined);
    expect(
      measurePace(
        timesOf(() => 12),
        NOW - 15_000,
      ),
    ).to.equal(12_000);
    expect(
      measurePace(
        timesOf(() => 12),
        NOW - 15_001,
      ),
    ).to.equal(undefined);
  });

  it('stays as it was said, so that prices do, until it differs by more than half a percent', () => {
    expect(steadyPace(12_000, undefined)).to.equal(12_000);
    expect(steadyPace(12_000, 12_060)).to.equal(12_000);
    expect(steadyPace(12_000, 11_940)).to.equal(12_000);
    expect(steadyPace(12_000, 12_061)).to.equal(12_061);
    expect(steadyPace(12_000, 2_000)).to.equal(2_000);
  });
});
