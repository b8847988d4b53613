import { expect } from 'chai';
import { leaves } from '../../node/core/units.js';
import type { ByteSource } from '../../node/ports/world.js';
import { bytesOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { collect } from '../support/collect.js';
import { shardsOf, slabsOf } from '../support/stored-slabs.js';
import { createRecordedSink, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { createSteppedWorld, limits, SLAB, STEP, streamOf, terms } from './in-steps.js';
import { mortal, type Death } from './mortal.js';

const long = bytesOf('long', 5 * STEP);
const put = { name: 'long', source: sourceOf(long), ...terms };
const names = ['bob', 'carol', 'dave', 'erin'];

const expectBack = async ({ renter, during }: RenterWorld, object: string, bytes: Uint8Array): Promise<void> => {
  const sink = createRecordedSink();
  await during(renter.get({ object, sink }));
  expect(Buffer.compare(sink.bytes, bytes)).to.equal(0);
};

/** Providers that take a step while another that nobody will sign still waits with them. */
const patient = { names, provider: () => ({ policy: { maxPendingLeaves: leaves(256) } }) };

/** Bytes of shards that providers took so far. */
const sentIn = (world: RenterWorld): number => world.metrics.value('holdfast_uploaded_bytes_total') ?? 0;

/** A put that dies around a write to the catalogue; whether it did. */
const putUntil = async (world: RenterWorld, death: Death, options: typeof put = put): Promise<boolean> => {
  const process = mortal(world.catalogue, world.chain, death);
  await world.during(world.another(process).put(options)).catch(() => undefined);
  return process.dead();
};

/** A put that is stopped once `share` of its slabs are durable. */
const putShare = async (world: RenterWorld, share: number, options: typeof put = put): Promise<void> => {
  const stop = new AbortController();
  const report = (event: { readonly kind: string; readonly bytes?: number }): void => {
    if (event.kind === 'uploaded' && (event.bytes ?? 0) >= share * long.length) stop.abort(new Error('stopped'));
  };
  await world.during(world.renter.put({ ...options, report, signal: stop.signal })).catch(() => undefined);
};

describe('Alice continues a put that was broken off', function () {
  this.timeout(120_000);

  it('at half: less than 55 % is coded and sent the second time, and nothing is paid for twice', async () => {
    const world = await createSteppedWorld({ names });
    await putShare(world, 0.5);
    expect((await collect(world.catalogue.objects())).map(({ state }) => state)).to.deep.equal(['placing']);
    const [sent, coded, opened] = [sentIn(world), world.coded(), world.sent.filter((kind) => kind === 'open').length];
    const { object } = await world.during(world.another().put(put));
    expect(sentIn(world) - sent).to.be.below(0.55 * 2 * long.length);
    expect(world.coded() - coded).to.be.below(0.55 * 20);
    expect(sentIn(world)).to.be.below(2.1 * 2 * long.length);
    expect(world.sent.filter((kind) => kind === 'open').length - opened).to.be.at.most(2);
    expect(await collect(world.catalogue.objects())).to.have.length(1);
    expect(object.slabs).to.equal(20);
    await expectBack(world, 'long', long);
  });

  it('when all was stored but the last word: nothing is sent, coded or signed again', async () => {
    const world = await createSteppedWorld({ names });
    const writes = await (async () => {
      let count = 0;
      const other = await createSteppedWorld({ names });
      const counted: typeof other.catalogue = {
        ...other.catalogue,
        putObject: (...call) => ((count += 1), other.catalogue.putObject(...call)),
        putDeal: (...call) => ((count += 1), other.catalogue.putDeal(...call)),
        putOpenings: (...call) => ((count += 1), other.catalogue.putOpenings(...call)),
      };
      await other.during(other.another({ catalogue: counted }).put(put));
      return count;
    })();
    expect(await putUntil(world, { write: writes, when: 'before' })).to.equal(true);
    const [sent, coded] = [sentIn(world), world.coded()];
    const kinds = new Set<string>();
    const { object } = await world.during(world.renter.put({ ...put, report: ({ kind }) => void kinds.add(kind) }));
    expect(object.state).to.equal('stored');
    expect([sentIn(world) - sent, world.coded() - coded]).to.deep.equal([0, 0]);
    expect([...kinds]).not.to.include.members(['signed']);
    await expectBack(world, 'long', long);
  });

  it('though providers have dropped since what no revision named: that is sent again', async () => {
    const world = await createSteppedWorld({ names });
    await putShare(world, 0.15);
    const before = sentIn(world);
    const bob = world.providers.get('bob');
    for await (const { root } of bob?.store.list() ?? []) await bob?.store.delete(root);
    const { failures } = await world.during(world.renter.put(put));
    expect(failures).to.deep.equal([]);
    expect(sentIn(world) - before).to.be.above(2 * (long.length - 4 * SLAB));
    await expectBack(world, 'long', long);
  });

  it('and no key serves two contents: the digest of a slab is written down before any of its shards leaves', async () => {
    const world = await createSteppedWorld({ names });
    let seen = 0;
    for (const name of names) {
      world.bend(name, (service) => ({
        admitSector: async (...call) => {
          const objects = await collect(world.catalogue.placing());
          const slabs = objects[0] ? await slabsOf(world.catalogue, objects[0]) : [];
          const lacking = slabs.filter(({ shards }) => shards.length === 0).length;
          expect(lacking, 'a slab that is on its way is written down').to.be.greaterThan(0);
          seen += 1;
          return service.admitSector(...call);
        },
      }));
    }
    await world.during(world.renter.put(put));
    expect(seen).to.be.at.least(4 * 20);
  });

  it('of another source of that name: the former one is forgotten once the new one is stored', async () => {
    const world = await createSteppedWorld(patient);
    await putShare(world, 0.5);
    const other = bytesOf('other', 2 * STEP);
    const { object } = await world.during(world.renter.put({ ...put, source: sourceOf(other) }));
    expect((await collect(world.catalogue.objects())).map(({ id }) => id)).to.deep.equal([object.id]);
    await expectBack(world, 'long', other);
  });

  it('but not of a stream: a round forgets what was broken off, and nothing that is under way', async () => {
    const world = await createSteppedWorld(patient);
    await putShare(world, 0.5, { ...put, room: 2 * STEP, source: streamOf(long, 2 * STEP) });
    const [begun] = await collect(world.catalogue.placing());
    expect(await collect(world.catalogue.usedDeals())).to.not.be.empty;
    expect((await world.during(world.renter.tidy({ dryRun: true }))).forgotten).to.deep.equal([begun]);
    expect(await collect(world.catalogue.placing())).to.deep.equal([begun]);
    let rounds = 0;
    const report = (event: { readonly kind: string }): void => {
      if (event.kind === 'uploaded' && rounds++ === 0) tidying = world.renter.tidy();
    };
    let tidying: ReturnType<RenterWorld['renter']['tidy']> | undefined;
    await world.during(world.renter.put({ ...put, room: 2 * STEP, name: 'other', source: streamOf(long, 2 * STEP), report }));
    expect((await world.during(tidying ?? expect.fail('no slab was told of'))).forgotten).to.deep.equal([begun]);
    expect((await collect(world.catalogue.objects())).map(({ name, state }) => [name, state])).to.deep.equal([['other', 'stored']]);
    await expectBack(world, 'other', long);
  });

  it('and after thirty days of nothing: its deals need not last for what nobody goes on with', async () => {
    let now = 1_800_000_000_000;
    const world = await createSteppedWorld({ ...patient, now: () => now, chainNow: () => now });
    await putShare(world, 0.5);
    const [begun] = await collect(world.catalogue.placing());
    now += 30 * 86_400_000;
    world.ledger.mine();
    expect((await world.during(world.renter.tidy())).forgotten).to.deep.equal([]);
    now += 1;
    expect((await world.during(world.renter.tidy())).forgotten).to.deep.equal([begun]);
    expect(await collect(world.catalogue.usedDeals())).to.deep.equal([]);
  });

  it('and forgets nothing because its own clock is ahead by months: thirty days are those of the chain', async () => {
    let [now, chainNow] = [1_800_000_000_000, 1_800_000_000_000];
    const world = await createSteppedWorld({ ...patient, now: () => now, chainNow: () => chainNow });
    await putShare(world, 0.5);
    const [begun] = await collect(world.catalogue.placing());
    now += 90 * 86_400_000;
    world.ledger.mine();
    expect((await world.during(world.renter.tidy())).forgotten).to.deep.equal([]);
    chainNow = now;
    world.ledger.mine();
    expect((await world.during(world.renter.tidy())).forgotten).to.deep.equal([begun]);
  });

  it('of a stream from its start: a stream has no origin', async () => {
    const world = await createSteppedWorld(patient);
    const stream = () => ({ ...put, room: 2 * STEP, source: streamOf(long, 2 * STEP) });
    await putShare(world, 0.5, stream());
    const { object } = await world.during(world.renter.put(stream()));
    expect((await collect(world.catalogue.objects())).map(({ id }) => id)).to.deep.equal([object.id]);
    await expectBack(world, 'long', long);
  });

  it('not of a source that is another now, though it says that it is the same: what was stored before is still there', async () => {
    const world = await createSteppedWorld(patient);
    const first = bytesOf('first', SLAB);
    await world.during(world.renter.put({ ...put, source: sourceOf(first) }));
    const same = async (): Promise<string> => 'the same';
    await putShare(world, 0.5, { ...put, source: { ...put.source, origin: same } });
    const changed = long.slice();
    changed[SLAB + 1]! ^= 1;
    const lying: ByteSource = { ...sourceOf(changed), origin: same };
    await rejectsCoded(world.during(world.renter.put({ ...put, source: lying })), 'SOURCE_CHANGED');
    expect(await collect(world.catalogue.placing())).to.deep.equal([]);
    await expectBack(world, 'long', first);
    const { object } = await world.during(world.renter.put({ ...put, source: lying }));
    await expectBack(world, object.id, changed);
  });

  it('elsewhere, where a deal of it is lost since', async () => {
    const world = await createSteppedWorld({ names: [...names, 'frank'] });
    await putShare(world, 0.5);
    const [first] = await collect(world.catalogue.placing());
    const [shard] = first ? await shardsOf(world.catalogue, first) : [];
    const [deal] = shard ? await world.chain.deals([shard.deal]) : [];
    if (!deal) throw new Error('nothing was placed');
    world.silence(world.nameOf(deal.provider));
    await world.liveTo(world.ledger.period + 1, 25);
    const { object } = await world.during(world.renter.put(put));
    const holders = await world.chain.deals((await shardsOf(world.catalogue, object)).map(({ deal: id }) => id));
    expect(holders.map((one) => one?.provider)).not.to.include(deal.provider);
    await expectBack(world, 'long', long);
  });
});

describe('Alice continues a put with a version that cuts files otherwise', () => {
  for (const [change, slabRoom] of [
    ['shorter', limits.slabRoom / 2],
    ['longer', limits.slabRoom * 2],
  ] as const) {
    it(`into ${change} slabs: it is cut as it was begun, and any range of it is what was stored`, async () => {
      const world = await createSteppedWorld({ names, limits: { stepLeaves: 64 } });
      await putShare(world, 0.3);
      const { object } = await world.during(world.another({ limits: { slabRoom } }).put(put));
      const lengths = (await collect(world.catalogue.slabs(object.id))).map(([, { length }]) => length);
      expect(new Set(lengths)).to.deep.equal(new Set([SLAB]));
      const range = { start: long.length - SLAB - 7, end: long.length - 3 };
      const sink = createRecordedSink();
      await world.during(world.renter.get({ object: 'long', range, sink }));
      expect(Buffer.compare(sink.bytes, long.subarray(range.start, range.end))).to.equal(0);
      await expectBack(world, 'long', long);
    });
  }
});

describe('Alice puts a file of several steps again after her process died', function () {
  this.timeout(400_000);
  const short = bytesOf('short', 2 * STEP + SLAB);
  const small = { ...put, name: 'short', source: sourceOf(short), k: 2, n: 3 };

  for (const when of ['before', 'after'] as const) {
    it(`${when} any of its writes to the catalogue: it is stored once, and half of it never twice`, async () => {
      for (let write = 1, died = true; died; write += 2) {
        const world = await createSteppedWorld({ names: ['bob', 'carol', 'dave'], limits: { slabRoom: 3 * 1_024 } });
        died = await putUntil(world, { write, when }, small);
        if (!died) {
          expect(write).to.be.greaterThan(20);
          return;
        }
        const story = `${when} write ${write}`;
        await world.during(world.renter.put(small));
        const objects = await collect(world.catalogue.objects());
        expect(
          objects.map(({ state }) => state),
          story,
        ).to.deep.equal(['stored']);
        expect(await world.catalogue.openings(), story).to.deep.equal([]);
        expect(sentIn(world), story).to.be.at.most(1.5 * (short.length + 2 * 2 * SLAB));
        for (const deal of await world.chain.deals(await world.chain.dealIdsOf('renter', world.chain.account))) {
          const record = deal && (await world.catalogue.deal(deal.id));
          expect(record?.current?.revision.number, story).to.equal(deal?.number);
          expect(record?.proposed, story).to.equal(undefined);
        }
        await expectBack(world, 'short', short);
      }
    });
  }
});
