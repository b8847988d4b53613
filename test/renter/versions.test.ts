import { expect } from 'chai';
import { collect } from '../support/collect.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { contentsOf, filesOf, putAll } from './small-files.js';

/** Stores a file of so many bytes as `file 0`; the same number is the same content. */
type Store = (world: RenterWorld, bytes: number) => Promise<void>;

const alone: Store = async (world, bytes) => {
  const source = sourceOf(bytesOf('content 0', bytes));
  await world.during(world.renter.put({ name: 'file 0', source, k: 2, n: 4, periods: 20 }));
};
const crated: Store = async (world, bytes) => {
  await world.during(putAll(world.renter, filesOf(contentsOf(bytes, bytes + 1))));
};

/** Versions of these lengths, stored one after the other; Alice's clock goes on by `step` milliseconds before each. */
const versionsOf = async (store: Store, lengths: readonly number[], step: number): Promise<RenterWorld> => {
  let now = 1_800_000_000_000;
  const world = await createRenterWorld({ names: ['bob', 'carol', 'dave', 'erin'], now: () => now });
  for (const length of lengths) {
    now += step;
    await store(world, length);
  }
  return world;
};

const expectVersions = async ({ catalogue, renter }: RenterWorld, lengths: readonly number[]): Promise<void> => {
  expect((await collect(catalogue.named('file 0'))).map(({ bytes }) => bytes)).to.deep.equal(lengths);
  expect((await catalogue.object('file 0'))?.bytes, 'what get fetches').to.equal(lengths.at(-1));
  const former = lengths.slice(0, -1);
  expect((await renter.dropFormer(['file 0'], { keep: 1 })).map(({ bytes }) => bytes)).to.deep.equal(former);
};

describe('What is stored last under a name is its newest version,', function () {
  this.timeout(60_000);

  for (const [how, store] of [
    ['in sectors of its own', alone],
    ['in a crate', crated],
  ] as const) {
    it(`${how}, also where the clock was set back`, async () =>
      expectVersions(await versionsOf(store, [100, 300], -86_400_000), [100, 300]));

    it(`${how}, also where the clock stands still`, async () => expectVersions(await versionsOf(store, [100, 300], 0), [100, 300]));

    it(`${how}, also where it is what a former version was: that one goes as the others`, async () =>
      expectVersions(await versionsOf(store, [100, 300, 100], 1), [100, 300, 100]));
  }

  it('and is not stored again where it is that already', async () =>
    expectVersions(await versionsOf(alone, [100, 300, 300], 1), [100, 300]));
});
