import { expect } from 'chai';
import type { ByteSink } from '../../node/ports/world.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { bytesOf, hashOf } from '../support/worlds/actors.js';
import { createRecordedSink, createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { shardsOf } from '../support/stored-slabs.js';

/** Three slabs of 1 of 3. */
const letters = bytesOf('letters', (8 << 20) + 5_000);
const names = ['bob', 'carol', 'dave', 'erin'];

const put = (world: RenterWorld): Promise<unknown> =>
  world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 1, n: 3, periods: 20 }));

/** Nothing is lent to whom did not give it back, and nothing kept for nobody. */
const expectGivenBack = ({ rooms }: RenterWorld): void => {
  const nothing = { lent: 0, idle: 0, bytes: 0 };
  expect({ sending: rooms.sending.held, reading: rooms.reading.held }).to.deep.equal({ sending: nothing, reading: nothing });
};

/** Hears, with each shard that is stored and each range that is read, how much is lent, in MiB. */
const watch = (world: RenterWorld): { readonly sending: number[]; readonly reading: number[]; leaves: number } => {
  const watched = { sending: [] as number[], reading: [] as number[], leaves: 0 };
  const { sending, reading } = world.rooms;
  for (const name of names)
    world.bend(name, ({ storeSector, readLeaves }) => ({
      storeSector: (...call) => {
        watched.sending.push(sending.held.bytes >> 20);
        return storeSector(...call);
      },
      readLeaves: (...call) => {
        watched.reading.push(reading.held.bytes >> 20);
        watched.leaves += call[2].count;
        return readLeaves(...call);
      },
    }));
  return watched;
};

describe('Alice gives every room for a slab back', function () {
  this.timeout(120_000);
  let world: RenterWorld;
  beforeEach(async () => {
    world = await createRenterWorld({ names, silence: 20_000 });
  });

  it('and has two slabs in memory at once, of n shards what she stores, of k what she reads, and reads none of more than a range for nothing', async () => {
    const watched = watch(world);
    await put(world);
    await world.during(world.renter.get({ object: 'letters', sink: createRecordedSink() }));
    expect(Math.max(...watched.sending)).to.equal(2 * 3 * 4);
    expect(Math.max(...watched.reading)).to.equal(2 * 4);
    const spare = Math.ceil(5_000 / 32);
    expect(watched.leaves).to.equal(Math.ceil(letters.length / 32) + spare);
    expectGivenBack(world);
  });

  it('when she stores a file, also where a provider fails, and when she reads it', async () => {
    world.bend('bob', () => ({ storeSector: () => Promise.reject(new Error('no')) }));
    await put(world);
    expectGivenBack(world);
    const sink = createRecordedSink();
    await world.during(world.renter.get({ object: 'letters', sink }));
    expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
    expectGivenBack(world);
  });

  it('when a read comes to nothing: the sink is full, she stops it, or the file is not hers', async () => {
    await put(world);
    const get = (sink: Partial<ByteSink>, signal?: AbortSignal): Promise<unknown> =>
      world
        .during(world.renter.get({ object: 'letters', sink: { ...createRecordedSink(), ...sink }, ...(signal && { signal }) }))
        .catch((error: unknown) => error);
    expect(await get({ write: () => Promise.reject(new Error('full')) })).to.have.property('message', 'full');
    expectGivenBack(world);
    const stop = new AbortController();
    const stopAtOnce = async (): Promise<void> => stop.abort(new Error('enough'));
    expect(await get({ write: stopAtOnce }, stop.signal)).to.have.property('message', 'enough');
    expectGivenBack(world);
    const object = (await world.catalogue.object('letters'))!;
    await world.catalogue.putObject({ ...object, state: 'stored', sha256: hashOf('something else') });
    await rejectsCoded(world.during(world.renter.get({ object: 'letters', sink: createRecordedSink() })), 'OBJECT_CORRUPT');
    expectGivenBack(world);
  });

  it('when a shard is made anew elsewhere', async () => {
    await put(world);
    const holder = world.providers.get('bob')!.store;
    for await (const { root } of holder.list()) await holder.delete(root);
    const object = (await world.catalogue.object('letters'))!;
    const places = (await shardsOf(world.catalogue, object)).map(({ deal }) => deal);
    await world.during(world.renter.repair({ periods: 20 }));
    const after = (await world.catalogue.object('letters'))!;
    expect((await shardsOf(world.catalogue, after)).map(({ deal }) => deal)).not.to.deep.equal(places);
    expectGivenBack(world);
  });
});
