import { expect } from 'chai';
import { leaves, period, wei } from '../../node/core/units.js';
import { slabBytes } from '../../node/core/data/slab.js';
import { planStep, quoteOf } from '../../node/renter/homes/quote.js';
import { defaultLimits } from '../../node/renter/limits.js';
import { sizeSteps } from '../../node/renter/upload/size-steps.js';
import { actor } from '../support/worlds/actors.js';

const GiB = 1 << 30;
const TOKEN = 10n ** 18n;

describe('A step of an object', () => {
  it('is what each provider takes unsigned, in whole slabs', () => {
    expect(sizeSteps({ k: 4, n: 6, slab: 1 << 24 }, defaultLimits)).to.deep.equal({ slabs: 64, bytes: GiB, inFlight: 4 });
    const { slabs, bytes } = sizeSteps({ k: 6, n: 18, slab: slabBytes(6, 18) }, defaultLimits);
    expect(bytes).to.equal(slabs * slabBytes(6, 18));
    expect(bytes / 6 / 32).to.be.within(0.98 * defaultLimits.stepLeaves, defaultLimits.stepLeaves);
  });

  it('has few shards however many there are of a slab, and one slab at least', () => {
    for (const [k, n] of [
      [1, 255],
      [127, 255],
      [100, 200],
    ] as const) {
      const { slabs } = sizeSteps({ k, n, slab: slabBytes(k, n) }, defaultLimits);
      expect(slabs * n).to.be.within(16_384, 32_768);
    }
    expect(sizeSteps({ k: 4, n: 6, slab: 1 << 24 }, { stepLeaves: 1, stepsInFlight: 2 })).to.deep.equal({
      slabs: 1,
      bytes: 1 << 24,
      inFlight: 2,
    });
  });

  it('of a stream is at most half of what is kept of it, so that the next is under way; of one that keeps little there is one at a time', () => {
    const shape = { k: 4, n: 6, slab: 1 << 24 };
    expect(sizeSteps({ ...shape, keeps: GiB }, defaultLimits)).to.deep.equal({ slabs: 32, bytes: GiB / 2, inFlight: 2 });
    expect(sizeSteps({ ...shape, keeps: 3 * GiB }, defaultLimits)).to.deep.equal({ slabs: 64, bytes: GiB, inFlight: 3 });
    expect(sizeSteps({ ...shape, keeps: 1 << 24 }, defaultLimits)).to.deep.equal({ slabs: 1, bytes: 1 << 24, inFlight: 1 });
  });
});

describe('The room for a step', () => {
  const space = { bytes: 100 * GiB, offset: 0, step: GiB, k: 4, n: 6, room: undefined, dealLeaves: 1 << 25 };

  it('is for it and for what comes after, as much as a deal takes', () => {
    expect(planStep(space)).to.deep.equal({
      bytes: 100 * GiB,
      k: 4,
      n: 6,
      leaves: 1 << 23,
      maxLeaves: 1 << 25,
      later: 99 * (1 << 23),
      pages: 0,
    });
    expect(planStep({ ...space, offset: 98 * GiB, room: 0 })).to.include({ maxLeaves: 2 << 23, later: 1 << 23 });
    expect(planStep({ ...space, offset: 99 * GiB, room: 0 })).to.deep.equal({
      bytes: 100 * GiB,
      k: 4,
      n: 6,
      leaves: 1 << 23,
      maxLeaves: 1 << 23,
      pages: 0,
    });
    expect(planStep({ ...space, dealLeaves: 1 })).to.include({ maxLeaves: 1 << 23 });
  });

  it('of a stream is for as much again, and whoever asks for room gets it beside', () => {
    expect(planStep({ ...space, bytes: undefined })).to.deep.equal({
      bytes: undefined,
      k: 4,
      n: 6,
      leaves: 1 << 23,
      maxLeaves: 1 << 24,
      pages: 0,
    });
    expect(planStep({ ...space, room: 8 * GiB })).to.include({ maxLeaves: (1 << 25) + (1 << 26) });
  });

  it('is paid for now, and what later steps take is told', () => {
    const part = (name: string, price: bigint) => ({
      provider: actor(name).address,
      price: wei(price),
      egressPrice: wei(0n),
      end: period(21),
      escrow: wei(10n * price),
      maxLeaves: leaves(1 << 25),
      maxEgress: wei(0n),
    });
    const parts = [part('bob', TOKEN), part('carol', 3n * TOKEN)];
    const quote = quoteOf(planStep({ ...space, bytes: 8 * GiB }), parts, period(10), { periodBlocks: 40 }, 500);
    expect(quote.total, 'rent of the whole file').to.equal(10n * 2n * 4n * TOKEN);
    expect(quote.escrow).to.equal(10n * 4n * TOKEN);
    expect(quote.laterEscrow, 'what does not fit the deals that are opened now').to.equal(10n * 4n * TOKEN);
    const first = { ...parts[0]!, deal: `0x${'1'.repeat(64)}` as never };
    const there = quoteOf(planStep({ ...space, bytes: 2 * GiB }), [first], period(10), { periodBlocks: 40 }, 500);
    expect(there.laterEscrow, 'as if a deal that is there had no room but for this step').to.equal((10n * TOKEN) / 4n);
    const roomy = quoteOf(planStep({ ...space, bytes: 2 * GiB }), [{ ...first, free: 1 << 24 }], period(10), { periodBlocks: 40 }, 500);
    expect(roomy.laterEscrow, 'nothing where it has room for all').to.equal(0n);
  });
});
