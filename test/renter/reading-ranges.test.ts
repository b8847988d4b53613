import { expect } from 'chai';
import fc from 'fast-check';
import type { ByteRange } from '../../node/core/data/band.js';
import { egressUp } from '../../node/core/market/voucher.js';
import { LEAF_BYTES, wei } from '../../node/core/units.js';
import type { Catalogue } from '../../node/ports/catalogue.js';
import type { GetResult } from '../../node/renter/download/get.js';
import type { Renter } from '../../node/renter/renter.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { bytesOf } from '../support/worlds/actors.js';
import {
  createRecordedSink,
  createRenterWorld,
  sourceOf,
  type RenterWorld,
  type RenterWorldOptions,
} from '../support/worlds/renter-world.js';
import { contentsOf, filesOf } from './small-files.js';

const names = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace'];
/** 3 of 6, with sectors of 1 KiB: slabs of 3 KiB. The head of a range is 128 bytes. */
const SLAB = 3_072;
const terms = { k: 3, n: 6, periods: 20 };
const limits = { slabRoom: 6_144, rangeLeaves: 4, slabsInFlight: 2 };

const refuse = () => ({ readLeaves: () => Promise.reject(new Error('no')) });

const createWorld = (options: RenterWorldOptions = {}): Promise<RenterWorld> =>
  createRenterWorld({ names, ...options, limits: { ...limits, ...options.limits } });

const store = (world: RenterWorld, name: string, bytes: Uint8Array, more: object = {}) =>
  world.during(world.renter.put({ ...terms, name, source: sourceOf(bytes), ...more }));

/** Reads a range, and finds in it what was stored. */
const read = async (
  world: RenterWorld,
  object: string,
  range: ByteRange,
  stored: Uint8Array,
  renter = world.renter,
): Promise<GetResult> => {
  const sink = createRecordedSink();
  const result = await world.during(renter.get({ object, range, sink }));
  expect(Buffer.compare(sink.bytes, stored.subarray(range.start, range.end)), `${range.start}…${range.end} of ${object}`).to.equal(0);
  expect(sink.state).to.equal('finished');
  expect(world.rooms.reading.held.lent, 'rooms that were not given back').to.equal(0);
  return result;
};

/** Bytes of leaves that providers send from now on. */
const countServed = (world: RenterWorld): { bytes: number } => {
  const served = { bytes: 0 };
  for (const name of names)
    world.bend(name, (service) => ({
      readLeaves: (peer, authorization, request, signal) => {
        served.bytes += request.count * LEAF_BYTES;
        return service.readLeaves(peer, authorization, request, signal);
      },
    }));
  return served;
};

/** A renter, and how many rows of slabs it has read. */
const countRows = (world: RenterWorld): { readonly renter: Renter; rows: number } => {
  const { catalogue } = world;
  const counting: Catalogue = {
    ...catalogue,
    slab: (...key) => {
      counted.rows += 1;
      return catalogue.slab(...key);
    },
    async *slabs(...key) {
      for await (const row of catalogue.slabs(...key)) {
        counted.rows += 1;
        yield row;
      }
    },
  };
  const counted = { renter: world.another({ catalogue: counting }), rows: 0 };
  return counted;
};

describe('Alice reads a part of a file', () => {
  it('any part of any file, whichever n − k providers are lost', async () => {
    const world = await createWorld();
    const contents = new Map(contentsOf(1, 31, 33, 500, 1_100));
    await world.during(
      world.renter.putInCrates({ ...terms, files: filesOf(contents), onFailed: (_, error) => expect.fail(String(error)) }),
    );
    for (const length of [1, 100, SLAB, SLAB + 1, 4 * SLAB - 17, 9 * SLAB + 700]) {
      contents.set(`of ${length}`, bytesOf(`content of ${length}`, length));
      await store(world, `of ${length}`, contents.get(`of ${length}`) as Uint8Array);
    }
    const cases = fc
      .tuple(fc.constantFrom(...contents), fc.subarray(names, { maxLength: 3 }), fc.constantFrom('refuse', 'lie'))
      .chain(([[name, bytes], lost, how]) => {
        const at = fc.nat(bytes.length - 1);
        return fc.record({
          name: fc.constant(name),
          bytes: fc.constant(bytes),
          lost: fc.constant(lost),
          how: fc.constant(how),
          one: at,
          other: at,
        });
      });
    await fc.assert(
      fc.asyncProperty(cases, async ({ name, bytes, lost, how, one, other }) => {
        for (const each of names) world.bend(each);
        for (const each of lost)
          world.bend(
            each,
            how === 'refuse'
              ? refuse
              : (service) => ({
                  readLeaves: async (...call) => {
                    const range = await service.readLeaves(...call);
                    return { ...range, bytes: range.bytes.map((byte) => byte ^ 1) };
                  },
                }),
          );
        await read(world, name, { start: Math.min(one, other), end: Math.max(one, other) + 1 }, bytes);
      }),
      { numRuns: 40 },
    );
  });

  it('and hears that a range is beyond the end, before anybody is asked', async () => {
    const world = await createWorld();
    await store(world, 'letters', bytesOf('letters', 5_000));
    const served = countServed(world);
    for (const [start, end] of [
      [0, 5_001],
      [5_000, 5_001],
      [10, 10],
      [-1, 5],
    ] as const) {
      const sink = createRecordedSink();
      const error = await rejectsCoded(world.renter.get({ object: 'letters', range: { start, end }, sink }), 'RANGE_BEYOND_END');
      expect(error.data).to.deep.equal({ name: 'letters', bytes: 5_000, start, end });
      expect(sink.state).to.equal('abandoned');
    }
    expect(served.bytes).to.equal(0);
  });

  it('and never less of it than was asked for: what is deleted while it is read is missing', async () => {
    const world = await createWorld();
    const bytes = bytesOf('film', 70 * SLAB);
    const { object } = await store(world, 'film', bytes);
    let rows = 0;
    // As if it was deleted when the first rows of slabs had been read.
    const catalogue: Catalogue = {
      ...world.catalogue,
      async *slabs(...key) {
        for await (const row of world.catalogue.slabs(...key)) if (rows++ < 66) yield row;
      },
    };
    const sink = createRecordedSink();
    const range = { start: 0, end: bytes.length };
    const error = await rejectsCoded(world.during(world.another({ catalogue }).get({ object: object.id, range, sink })), 'OBJECT_MISSING');
    expect(error.data).to.deep.equal({ name: 'film' });
    expect(sink.state).to.equal('abandoned');
  });

  it('though a provider of its data says nothing, or too few are left of all', async () => {
    const world = await createWorld();
    const bytes = bytesOf('letters', 2 * SLAB);
    await store(world, 'letters', bytes);
    const [, slab] = (await Array.fromAsync(world.catalogue.slabs((await world.renter.object('letters'))?.id ?? '')))[1] ?? [];
    const holders = await Promise.all(
      (slab?.shards ?? []).map(async ({ deal }) => world.nameOf((await world.catalogue.deal(deal))?.provider as never)),
    );
    world.silence(holders[1] ?? '');
    await read(world, 'letters', { start: SLAB + 1_500, end: SLAB + 1_600 }, bytes);
    for (const name of holders.slice(2, 5)) world.bend(name, refuse);
    const sink = createRecordedSink();
    const range = { start: SLAB + 2_100, end: SLAB + 2_200 };
    const error = await rejectsCoded(world.during(world.renter.get({ object: 'letters', range, sink })), 'OBJECT_UNAVAILABLE');
    expect(error.data).to.include({ name: 'letters', slab: 1, present: 2, needed: 3 });
    expect(sink.state).to.equal('abandoned');
    expect(world.rooms.reading.held.lent).to.equal(0);
  });
});

describe('What reading a part takes', () => {
  const MIB = 1 << 20;
  const large = bytesOf('large', 4_000_000);
  const wide = { slabRoom: MIB, rangeLeaves: 8_192 };
  const END = { start: 4_000_000 - 65_536, end: 4_000_000 };

  it('of a large file: its own leaves and two rows of slabs; where its data shard is lost, those of k others', async () => {
    const world = await createWorld({ limits: wide, silence: 5_000 });
    const { object } = await store(world, 'large', large);
    expect(object.slabs).to.be.above(7);
    const counted = countRows(world);
    const served = countServed(world);
    await read(world, 'large', END, large, counted.renter);
    expect(served.bytes).to.be.within(65_536, 65_536 + 2 * LEAF_BYTES);
    expect(counted.rows).to.be.at.most(2);
    const slab = await world.catalogue.slab(object.id, object.slabs - 1);
    const holder = world.nameOf((await world.catalogue.deal(slab?.shards[2]?.deal as never))?.provider as never);
    world.bend(holder, refuse);
    served.bytes = 0;
    await read(world, 'large', END, large, counted.renter);
    expect(served.bytes).to.be.within(3 * 65_536, 3 * (65_536 + 2 * LEAF_BYTES));
  });

  it('is paid for by the leaf, out of what she allows', async () => {
    const price = wei(1_000n * 2n ** 30n);
    const world = await createWorld({ provider: () => ({ ask: { egressPrice: price }, policy: { egressCredit: 0 } }) });
    const bytes = bytesOf('letters', 3 * SLAB);
    await store(world, 'letters', bytes, { reads: 3 });
    const served = countServed(world);
    // Bytes 100 to 131 of a data shard: leaves 3 and 4.
    const range = { start: SLAB + 1_124, end: SLAB + 1_156 };
    const cost = egressUp(price, 64);
    const sink = createRecordedSink();
    const refused = world.during(world.renter.get({ object: 'letters', range, sink, maxEgress: wei(cost - 1n) }));
    expect((await rejectsCoded(refused, 'EGRESS_ABOVE_LIMIT')).data).to.deep.equal({ needed: cost, limit: cost - 1n });
    expect(served.bytes).to.equal(0);
    const { egress } = await read(world, 'letters', range, bytes);
    expect(egress).to.equal(cost);
    expect(served.bytes).to.equal(64);
  });

  it('is each leaf once, also where the head of it ends in the middle of one', async () => {
    const world = await createWorld();
    const bytes = bytesOf('letters', SLAB);
    await store(world, 'letters', bytes);
    const served = countServed(world);
    await read(world, 'letters', { start: 5, end: 205 }, bytes);
    expect(served.bytes).to.equal(7 * LEAF_BYTES);
  });

  it('is no more than what its reader takes, when that goes away', async () => {
    const world = await createWorld();
    const bytes = bytesOf('film', 40 * SLAB);
    await store(world, 'film', bytes);
    const counted = countRows(world);
    const served = countServed(world);
    const gone = new Error('the player was closed');
    let taken = 0;
    const sink = {
      ...createRecordedSink(),
      write: (piece: Uint8Array): Promise<void> => {
        taken += piece.length;
        return Promise.reject(gone);
      },
    };
    const stopped = await world.during(
      counted.renter.get({ object: 'film', range: { start: 0, end: bytes.length }, sink }).catch((error: unknown) => error),
    );
    expect(stopped).to.equal(gone);
    expect(taken, 'the head of it comes first').to.equal(128);
    expect(served.bytes).to.be.at.most(2 * 6 * 1_024);
    expect(world.rooms.reading.held.lent).to.equal(0);
  });

  it('of a long part: rows of slabs in portions, each row once, and as many slabs at once as is said', async () => {
    const world = await createWorld();
    const bytes = bytesOf('film', 70 * SLAB);
    await store(world, 'film', bytes);
    const counted = countRows(world);
    let [most, first] = [0, 0];
    const plain = createRecordedSink();
    const sink = {
      ...plain,
      write: (piece: Uint8Array): Promise<void> => {
        most = Math.max(most, world.rooms.reading.held.lent);
        first ||= counted.rows;
        return plain.write(piece);
      },
    };
    const range = { start: 5, end: bytes.length - 5 };
    await world.during(counted.renter.get({ object: 'film', range, sink }));
    expect(Buffer.compare(plain.bytes, bytes.subarray(range.start, range.end))).to.equal(0);
    expect(first, 'before the first byte').to.be.at.most(65);
    expect(counted.rows).to.equal(71);
    expect(most, 'bands of two slabs').to.be.at.most(2 * 3);
  });
});
