import { expect } from 'chai';
import { leaves, wei, type Address } from '../../node/core/units.js';
import type { ObjectRecord } from '../../node/ports/catalogue.js';
import { reasonsText } from '../../node/renter/homes/ask-homes.js';
import { noMetrics } from '../../node/core/metrics/no-metrics.js';
import { createFailureList } from '../../node/renter/failure-list.js';
import type { Renter } from '../../node/renter/renter.js';
import { systemClock } from '../../node/app/clock.js';
import { actor, bytesOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import { createRecordedLog } from '../support/recorded-log.js';
import { createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { shardsOf } from '../support/stored-slabs.js';

const put = { name: 'letters', source: sourceOf(bytesOf('letters', 5_000)), k: 2, n: 4, periods: 20 };
const names = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace'] as const;

const holders = async (world: RenterWorld, object: ObjectRecord): Promise<string[]> => {
  const deals = await world.chain.deals((await shardsOf(world.catalogue, object)).map(({ deal }) => deal));
  return deals.map((deal) => world.nameOf(deal?.provider ?? world.addressOf('bob')));
};

/** Counts what `name` is asked from now on; with `freeLeaves` it says that it has just those. */
const watch = (world: RenterWorld, name: string, freeLeaves?: number): { terms: number; admissions: number } => {
  const asked = { terms: 0, admissions: 0 };
  world.bend(name, (service) => ({
    terms: async (...rest) => {
      asked.terms += 1;
      const terms = await service.terms(...rest);
      return freeLeaves === undefined ? terms : { ...terms, freeLeaves: leaves(freeLeaves) };
    },
    admitSector: async (...rest) => {
      asked.admissions += 1;
      return service.admitSector(...rest);
    },
  }));
  return asked;
};

/** A world in which Bob is the cheapest, so that everybody begins with him. */
const withCheapBob = (capacity?: number): Promise<RenterWorld> =>
  createRenterWorld({
    names,
    provider: (name) =>
      name === 'bob' ? { ask: { price: wei(TOKEN) }, ...(capacity !== undefined && { policy: { capacity: leaves(capacity) } }) } : {},
  });

describe('a full provider', () => {
  it('is asked once in a put, and not again when another one fails', async () => {
    const world = await withCheapBob(10);
    const bob = watch(world, 'bob');
    world.bend('carol', () => ({ admitSector: () => Promise.reject(new Error('no')) }));
    world.bend('dave', () => ({ admitSector: () => Promise.reject(new Error('no')) }));
    const error = await rejectsCoded(world.during(world.renter.put(put)), 'PROVIDERS_TOO_FEW');
    expect(bob).to.deep.equal({ terms: 1, admissions: 0 });
    expect(error.message).to.contain(`${world.addressOf('bob')} takes no data of this size now`);
  });

  it('gets no more data into a deal that has room by its terms', async () => {
    const world = await withCheapBob();
    const first = await world.during(world.renter.put(put));
    expect(await holders(world, first.object)).to.include('bob');
    const bob = watch(world, 'bob', 78);
    const second = await world.during(world.renter.put({ ...put, name: 'more' }));
    expect(await holders(world, second.object)).not.to.include('bob');
    expect(second.failures).to.deep.equal([]);
    expect(bob).to.deep.equal({ terms: 1, admissions: 0 });
  });

  it('gets data again once it has room', async () => {
    const world = await withCheapBob();
    await world.during(world.renter.put(put));
    watch(world, 'bob', 79);
    const second = await world.during(world.renter.put({ ...put, name: 'more' }));
    expect(await holders(world, second.object)).to.include('bob');
    expect(world.sent).to.deep.equal(['open']);
  });
});

describe('sheets of providers', () => {
  /** The same renter, and how many sheets it reads at a time. */
  const counting = (world: RenterWorld): { readonly renter: Renter; readonly pages: number[] } => {
    const pages: number[] = [];
    const { chain } = world;
    const providerSheets: typeof chain.providerSheets = async (providers, signal) => {
      if (providers.length > 0) pages.push(providers.length);
      return chain.providerSheets(providers, signal);
    };
    return { pages, renter: world.another({ settlement: { ...chain, providerSheets } }) };
  };

  it('are read for the cheapest only, and for more until enough fit', async () => {
    for (const [broke, expected] of [
      [[], [2, 2]],
      [
        ['bob', 'carol'],
        [2, 2, 2],
      ],
    ] as const) {
      const price = (name: string): bigint => BigInt(1 + names.indexOf(name as (typeof names)[number])) * TOKEN;
      const world = await createRenterWorld({
        names,
        limits: { candidates: 2 },
        provider: (name) => ({ ask: { price: wei(price(name)) }, ...((broke as readonly string[]).includes(name) && { stake: 1n }) }),
      });
      const { renter, pages } = counting(world);
      const { object } = await world.during(renter.put(put));
      expect(pages.slice(0, expected.length)).to.deep.equal(expected);
      expect(await holders(world, object)).to.have.members(names.slice(broke.length, broke.length + 4));
    }
  });
});

describe('why there are too few providers', () => {
  it('is told of some by name and of the others by number', () => {
    const failures = createFailureList({ log: createRecordedLog(), metrics: noMetrics, clock: systemClock }, undefined);
    failures.add(actor('frank').address, new Error('lost'));
    const dear = Array.from(
      { length: 2_000 },
      (_, index) => [`0x${index.toString(16).padStart(40, '0')}` as Address, 'asks too much'] as const,
    );
    const declined = new Map([[actor('bob').address, 'takes no data of this size now']]);
    const text = reasonsText({ failures, declined }, new Map(dear));
    expect(text.length).to.be.lessThan(1_000);
    expect(text).to.contain('asks too much: 1992 more').and.to.contain('takes no data of this size now: 1 more').and.to.contain('lost');
  });
});
