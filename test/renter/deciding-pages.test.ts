import { expect } from 'chai';
import { beginOfPage, isLanded, isWide, landingOf, pageShape } from '../../node/renter/pages/decide-pages.js';
import type { PagingState } from '../../node/ports/catalogue-pages.js';

const state = (change: Partial<PagingState> = {}): PagingState => ({
  machine: 'aa',
  last: 100,
  covered: 50,
  told: 60,
  floor: 0,
  ...change,
});

describe('A page of the catalogue', () => {
  it('is coded so that a third of its deals are enough, and never needs more than the file', () => {
    const shapes = [1, 2, 3, 6, 12, 18].map((deals) => pageShape(deals, 4));
    expect(shapes).to.deep.equal([
      { k: 1, n: 1 },
      { k: 1, n: 2 },
      { k: 1, n: 3 },
      { k: 2, n: 6 },
      { k: 4, n: 12 },
      { k: 4, n: 18 },
    ]);
  });

  it('is wide in as many deals as the file, and counts while half of what it can do without is there', () => {
    expect([isWide(5, 6), isWide(6, 6)]).to.deep.equal([false, true]);
    expect([3, 4].map((shards) => isLanded(shards, { k: 2, n: 6 }))).to.deep.equal([false, true]);
    expect([0, 1].map((shards) => isLanded(shards, { k: 1, n: 1 }))).to.deep.equal([false, true]);
  });

  it('takes over those before it that are not much larger, one after the other, as far as there is room', () => {
    const former = [
      { from: 0, to: 10, bytes: 5_000 },
      { from: 10, to: 30, bytes: 900 },
      { from: 30, to: 40, bytes: 300 },
    ];
    expect(beginOfPage(40, former, 400, 10_000)).to.equal(10);
    expect(beginOfPage(40, former, 100, 10_000)).to.equal(40);
    expect(beginOfPage(40, former, 150, 10_000)).to.equal(10);
    expect(beginOfPage(40, former, 3_000, 10_000)).to.equal(0);
    expect(beginOfPage(40, former, 3_000, 5_000)).to.equal(10);
    expect(beginOfPage(41, former, 3_000, 10_000)).to.equal(41);
  });

  it('leaves few that count, and is written again few times, however many puts there are', () => {
    let pages: { from: number; to: number; bytes: number }[] = [];
    let written = 0;
    for (let put = 0; put < 1_000; put++) {
      const from = beginOfPage(put, pages, 1_000, 192 << 10);
      const bytes = (put + 1 - from) * 1_000;
      pages = [...pages.filter((page) => page.from < from), { from, to: put + 1, bytes }];
      written += bytes;
    }
    expect(pages.reduce((sum, { bytes }) => sum + bytes, 0)).to.equal(1_000_000);
    expect(pages.length).to.be.below(20);
    expect(written / 1_000_000).to.be.below(12);
  });

  it('says how far all is told: a wide one for good, another until the next wide one', () => {
    expect(landingOf(state(), { from: 50, to: 90, bytes: 10 }, { wide: true, k: 2 })).to.deep.equal({ covered: 90, told: 90, floor: 0 });
    expect(landingOf(state(), { from: 60, to: 90, bytes: 10 }, { wide: false, k: 2 })).to.deep.equal({ covered: 50, told: 90, floor: 0 });
    expect(landingOf(state(), { from: 55, to: 90, bytes: 10 }, { wide: true, k: 2 })).to.deep.equal({ covered: 50, told: 90, floor: 0 });
    expect(landingOf(state(), { from: 70, to: 90, bytes: 10 }, { wide: false, k: 2 })).to.deep.equal({ covered: 50, told: 60, floor: 0 });
    expect(landingOf(state(), { from: 0, to: 40, bytes: 10 }, { wide: true, k: 2 })).to.deep.equal({ covered: 50, told: 60, floor: 0 });
  });

  it('is left as it is once it is large', () => {
    expect(landingOf(state(), { from: 0, to: 90, bytes: (48 << 10) + 1 }, { wide: true, k: 2 })).to.include({ floor: 90 });
    expect(landingOf(state(), { from: 0, to: 90, bytes: 48 << 10 }, { wide: true, k: 2 })).to.include({ floor: 0 });
  });
});
