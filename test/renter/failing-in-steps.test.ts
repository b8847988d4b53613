import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { wei, type DealId } from '../../node/core/units.js';
import type { RenterEvent } from '../../node/renter/events.js';
import { bytesOf } from '../support/worlds/actors.js';
import { shardsOf, slabsOf } from '../support/stored-slabs.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import { createRecordedSink, sourceOf, type RenterWorld, type RenterWorldOptions } from '../support/worlds/renter-world.js';
import { createSteppedWorld, SLAB, STEP, terms } from './in-steps.js';

const long = bytesOf('long', 4 * STEP + SLAB + 1);
const put = { name: 'long', source: sourceOf(long), ...terms };

/** Bob is the cheapest, so that he is asked first. */
const withCheapBob = (options: RenterWorldOptions = {}): Promise<RenterWorld> =>
  createSteppedWorld({
    ...options,
    names: ['bob', 'carol', 'dave', 'erin', 'frank'],
    provider: (name) => (name === 'bob' ? { ask: { price: wei(TOKEN) } } : {}),
  });

const refuse = (): Promise<never> => Promise.reject(new HoldfastError('STORE_CLOSED', { path: 'x' }));

/** Lets a verb of Bob's work `times` times, and then `fail`. */
const failAfter = <Verb extends 'admitSector' | 'storeSector' | 'signRevision' | 'terms'>(
  world: RenterWorld,
  verb: Verb,
  times: number,
  fail: () => Promise<never>,
): void => {
  let done = 0;
  world.bend('bob', (service) => {
    const call = service[verb] as (...rest: unknown[]) => Promise<unknown>;
    return { [verb]: (...rest: unknown[]) => (done++ < times ? call(...rest) : fail()) };
  });
};

/** The file is there, no slab has two shards at one provider, and Bob holds none of what he failed in. */
const expectWhole = async (world: RenterWorld, id: string): Promise<void> => {
  const sink = createRecordedSink();
  await world.during(world.renter.get({ object: id, sink }));
  expect(Buffer.compare(sink.bytes, long)).to.equal(0);
  for (const { shards } of await slabsOf(world.catalogue, { id })) {
    expect(shards.map(({ shard }) => shard)).to.deep.equal([0, 1, 2, 3]);
    const deals = await world.chain.deals(shards.map(({ deal }) => deal));
    expect(new Set(deals.map((deal) => deal?.provider)).size).to.equal(4);
  }
  const held = new Map<DealId, number>();
  for (const { deal, sector } of await shardsOf(world.catalogue, { id })) {
    held.set(deal, (held.get(deal) ?? 0) + sector.leaves);
    const number = (await world.catalogue.deal(deal))?.current?.revision.number ?? 0n;
    expect(await world.catalogue.timesNamed(deal, number, sector.root)).to.equal(1);
  }
  for (const deal of await world.chain.deals([...held.keys()]))
    expect(deal?.leaves, 'the chain holds all of it').to.be.at.least(held.get(deal!.id) ?? 0);
};

describe('A provider that fails in the middle of a long put is replaced from the step on in which it did:', () => {
  const faults: [string, (world: RenterWorld) => void, string][] = [
    ['it takes no sector any more', (world) => failAfter(world, 'admitSector', 6, refuse), 'PEER_REFUSED'],
    ['it breaks off while it takes one', (world) => failAfter(world, 'storeSector', 6, refuse), 'PEER_REFUSED'],
    ['it is silent while it takes one', (world) => failAfter(world, 'storeSector', 5, () => new Promise(() => undefined)), 'PEER_SILENT'],
    ['it signs no more', (world) => failAfter(world, 'signRevision', 1, refuse), 'PEER_REFUSED'],
    ['it signs another time with another key', (world) => failAfter(world, 'signRevision', 2, refuse), 'PEER_REFUSED'],
  ];
  for (const [story, spoil, code] of faults) {
    it(story, async () => {
      const world = await withCheapBob();
      spoil(world);
      const { object, failures } = await world.during(world.renter.put(put));
      expect(failures.map(({ provider, error }) => [world.nameOf(provider), (error as HoldfastError).code])).to.deep.equal([['bob', code]]);
      const holders = await world.chain.deals((await shardsOf(world.catalogue, object)).map(({ deal }) => deal));
      expect(holders.map((deal) => world.nameOf(deal!.provider))).to.include.members(['bob', 'carol', 'dave', 'erin', 'frank']);
      await expectWhole(world, object.id);
    });
  }

  it('it never posts the second revision that it signed', async () => {
    const world = await withCheapBob();
    let signed = 0;
    const report = (event: RenterEvent): void => {
      if (event.kind === 'signed' && world.nameOf(event.provider) === 'bob' && ++signed === 2) world.silence('bob');
    };
    const { object, failures } = await world.during(world.renter.put({ ...put, report }));
    expect(failures.map(({ provider }) => world.nameOf(provider))).to.deep.equal(['bob']);
    await expectWhole(world, object.id);
  });

  it('and a source that cannot be read again is not asked to', async () => {
    const world = await withCheapBob();
    const forgotten: number[] = [];
    let least = 0;
    const source = {
      ...sourceOf(long),
      forget: (offset: number) => void forgotten.push((least = offset)),
      read: (offset: number, length: number) => {
        expect(offset).to.be.at.least(least);
        return sourceOf(long).read(offset, length);
      },
    };
    failAfter(world, 'storeSector', 6, refuse);
    const { object } = await world.during(world.renter.put({ ...put, source }));
    expect(forgotten).to.deep.equal([1, 2, 3, 4].map((step) => step * STEP).concat(long.length));
    await expectWhole(world, object.id);
  });
});

describe('A provider that was silent once in a long put', () => {
  it('is tried again in a later step, after a pause, for want of others', async () => {
    let now = 1_800_000_000_000;
    const world = await withCheapBob({ now: () => now, limits: { stepsInFlight: 1 } });
    const silence = Promise.withResolvers<never>();
    silence.promise.catch(() => undefined);
    world.bend('bob', () => ({ storeSector: () => silence.promise }));
    const report = (event: RenterEvent): void => {
      if (event.kind !== 'uploaded' || event.bytes < STEP || now > 1_800_000_000_000) return;
      now += 60_000;
      silence.reject(new Error('over'));
      world.bend('bob');
      world.bend('frank', () => ({ admitSector: refuse }));
    };
    const { object, failures } = await world.during(world.renter.put({ ...put, report }));
    expect(failures.map(({ provider }) => world.nameOf(provider))).to.deep.equal(['bob', 'frank']);
    await expectWhole(world, object.id);
  });
});

describe('Alice repairs a long file', () => {
  it('in steps as well: what a lost provider held goes to others, no more at once than they take unsigned', async () => {
    const world = await withCheapBob({ limits: { dealLeaves: 4_096 } });
    const { object } = await world.during(world.renter.put(put));
    world.silence('bob');
    await world.liveTo(world.ledger.period + 1, 25);
    const { repairedShards, failures } = await world.during(world.renter.repair({ periods: 20, room: 0 }));
    expect([repairedShards, failures]).to.deep.equal([18, []]);
    await expectWhole(world, object.id);
    const holders = await world.chain.deals((await shardsOf(world.catalogue, object)).map(({ deal }) => deal));
    expect(holders.map((deal) => world.nameOf(deal!.provider))).not.to.include('bob');
    expect([world.rooms.sending.held.lent, world.rooms.reading.held.lent]).to.deep.equal([0, 0]);
  });
});

describe('Alice stores what she has stored', () => {
  const letters = bytesOf('letters', SLAB - 3);
  const small = { ...put, name: 'letters', source: sourceOf(letters) };

  it('under the same name: it is stored once, nothing is sent, and she is told', async () => {
    const world = await createSteppedWorld();
    const first = await world.during(world.renter.put(small));
    expect(first.same).to.equal(false);
    const sent = world.metrics.value('holdfast_uploaded_bytes_total');
    const second = await world.during(world.renter.put({ ...small, confirm: refuse }));
    expect([second.object.id, second.same, second.failures]).to.deep.equal([first.object.id, true, []]);
    expect(second.quote).to.equal(undefined);
    expect(world.metrics.value('holdfast_uploaded_bytes_total')).to.equal(sent);
    expect((await Array.fromAsync(world.catalogue.objects())).length).to.equal(1);
  });

  it('of several slabs as well, as long as it is of one origin', async () => {
    const world = await createSteppedWorld();
    const first = await world.during(world.renter.put(put));
    const again = await world.during(world.renter.put(put));
    expect([again.object.id, again.same]).to.deep.equal([first.object.id, true]);
    const touched = { ...put.source, origin: async () => 'another' };
    expect((await world.during(world.renter.put({ ...put, source: touched }))).same).to.equal(false);
  });

  it('anew under another name, in another shape, and where something of it is lost', async () => {
    const world = await createSteppedWorld();
    const first = await world.during(world.renter.put(small));
    expect((await world.during(world.renter.put({ ...small, name: 'copy' }))).same).to.equal(false);
    expect((await world.during(world.renter.put({ ...small, n: 3 }))).same).to.equal(false);
    const [shard] = await shardsOf(world.catalogue, first.object);
    const [deal] = shard ? await world.chain.deals([shard.deal]) : [];
    if (!deal) throw new Error('nothing was placed');
    world.silence(world.nameOf(deal.provider));
    await world.liveTo(world.ledger.period + 1, 25);
    expect((await world.during(world.renter.put(small))).same).to.equal(false);
  });
});
