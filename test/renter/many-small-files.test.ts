import { expect } from 'chai';
import { createCrateReader, type SmallFile } from '../../node/renter/upload/fill-crates.js';
import { sourceOf } from '../support/worlds/renter-world.js';

const content = Uint8Array.of(1);
const file = (index: number): SmallFile => ({
  name: `${index}`,
  bytes: 1,
  open: async () => ({ ...sourceOf(content), origin: async () => 'the same', [Symbol.asyncDispose]: async () => undefined }),
});

/** Milliseconds for the first 8 slabs of 1,024 files out of so many. */
const first = async (count: number): Promise<number> => {
  const reader = createCrateReader({
    k: 4,
    n: 6,
    slabBytes: 1 << 24,
    mostParts: 1_024,
    files: Array.from({ length: count }, (_, index) => file(index)),
    next: 0,
    begun: [],
    fresh: ({ name }) => ({ id: name.padStart(32, '0'), name, k: 4, n: 6, bytes: 0, slabs: 0, storedAt: 0, state: 'placing' }),
    failed: () => undefined,
    dropped: async () => undefined,
  });
  const start = performance.now();
  for await (const _ of reader.take(8)) continue;
  return performance.now() - start;
};

describe('Many small files', function () {
  this.timeout(110_000);
  it('are read one as fast as the other, however many wait', async () => {
    await first(8_192);
    const few = await first(8_192);
    const many = await first(400_000);
    expect(many / few, `${Math.round(few)} and ${Math.round(many)} ms`).to.be.below(3);
  });
});
