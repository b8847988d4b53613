import { expect } from 'chai';
import { wei } from '../../node/core/units.js';
import { collect } from '../support/collect.js';
import { bytesOf } from '../support/worlds/actors.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import { createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';

const names = ['bob', 'carol', 'dave', 'erin', 'frank'];
const HOUR = 3_600_000;

/** Bob is the cheapest, so that everybody begins with him. */
const createWorld = (now: () => number): Promise<RenterWorld> =>
  createRenterWorld({ names, now, provider: (name) => (name === 'bob' ? { ask: { price: wei(TOKEN) } } : {}) });
const put = { k: 2, n: 4, room: 50_000, periods: 20 };
const store = async (world: RenterWorld, name: string, change: { readonly n?: number } = {}): Promise<string[]> => {
  const alice = world.another();
  const stored = { ...put, ...change, name, source: sourceOf(bytesOf(name, 5_000)) };
  const { object } = await world.during(alice.put(stored));
  await alice.close();
  const slab = await world.catalogue.slab(object.id, 0);
  const deals = await world.chain.deals(slab!.shards.map(({ deal }) => deal));
  return deals.map((deal) => world.nameOf(deal!.provider)).toSorted();
};

describe('Alice, whom Bob left in the lurch,', () => {
  let time = 1_800_000_000_000;
  let world: RenterWorld;
  const others = ['carol', 'dave', 'erin', 'frank'];
  let asked = 0;

  beforeEach(async () => {
    world = await createWorld(() => time);
    world.bend('bob', () => ({ admitSector: () => Promise.reject(new Error('no')) }));
    expect(await store(world, 'first')).to.deep.equal(others);
    asked = 0;
    world.bend('bob', (service) => ({ terms: (...rest) => ((asked += 1), service.terms(...rest)) }));
  });

  it('remembers in another run which check he failed, when and how often', async () => {
    expect(await collect(world.catalogue.failedChecks.all())).to.deep.equal([
      { provider: world.addressOf('bob'), check: 'INTERNAL', times: 1, since: time, last: time },
    ]);
  });

  it('does not ask him within the hour, though he has a deal with room', async () => {
    time += HOUR - 1;
    expect(await store(world, 'second')).to.deep.equal(others);
    expect(asked).to.equal(0);
  });

  it('asks him after all others then, and begins with him again a day later', async () => {
    time += HOUR;
    expect(await store(world, 'second')).to.deep.equal(others);
    expect(asked).to.equal(0);
    time += 24 * HOUR;
    expect(await store(world, 'third')).to.include('bob');
    expect(await collect(world.catalogue.failedChecks.all())).to.deep.equal([]);
  });

  it('takes him within the hour for want of others', async () => {
    expect(await store(world, 'second', { n: 5 })).to.deep.equal(names);
  });
});
