import { expect } from 'chai';
import type { Deal } from '../../node/core/market/deal.js';
import type { RenterEvent } from '../../node/renter/events.js';
import type { TidyResult } from '../../node/renter/upkeep/tidy-deals.js';
import { createMemoryCatalogue } from '../../node/storage/catalogue.js';
import { collect } from '../support/collect.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createRecordedSink, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { createSteppedWorld, SLAB, terms } from './in-steps.js';
import { mortal } from './mortal.js';

const names = ['bob', 'carol', 'dave', 'erin'];
const wide = { names, limits: { dealLeaves: 1_024 }, provider: () => ({ policy: { confirmations: 2 } }) };
const files = new Map(['letters', 'photos', 'notes'].map((name, index) => [name, bytesOf(name, (index + 2) * SLAB)] as const));

/** A world in which all files lie in the same four deals. */
const storedWorld = async (): Promise<RenterWorld> => {
  const world = await createSteppedWorld(wide);
  for (const [name, bytes] of files) await world.during(world.renter.put({ ...terms, name, source: sourceOf(bytes), room: 16 * SLAB }));
  expect(await collect(world.catalogue.deals())).to.have.length(4);
  return world;
};
const dealsOf = async ({ chain, catalogue }: RenterWorld): Promise<Deal[]> => {
  const records = await collect(catalogue.deals());
  return (await chain.deals(records.map(({ id }) => id))).flatMap((deal) => deal ?? []);
};
const leavesIn = async (world: RenterWorld): Promise<readonly number[]> => [...new Set((await dealsOf(world)).map((deal) => deal.leaves))];
const numbers = async (world: RenterWorld): Promise<readonly bigint[]> => (await dealsOf(world)).map(({ number }) => number);
const forget = async ({ catalogue }: RenterWorld, ...gone: readonly string[]): Promise<void> => {
  for (const name of gone) await catalogue.deleteObject((await catalogue.object(name))!.id);
};
const expectBack = async (world: RenterWorld, name: string): Promise<void> => {
  const sink = createRecordedSink();
  await world.during(world.renter.get({ object: name, sink }));
  expect(Buffer.compare(sink.bytes, files.get(name)!), name).to.equal(0);
};
const freedIn = async ({ catalogue }: RenterWorld): Promise<number> => (await collect(catalogue.freedDeals())).length;
/** Rounds of looking after, a period apart, until nothing is freed any more. */
const settleDown = async (world: RenterWorld): Promise<void> => {
  for (let round = 0; round < 4 && (await freedIn(world)) > 0; round++) {
    await world.during(world.renter.tidy());
    await world.liveTo(world.ledger.period + 1, 25);
  }
  await world.during(world.renter.tidy());
  expect(await freedIn(world)).to.equal(0);
};
const perSlab = SLAB / 2 / 32;

describe('What Alice deletes leaves her deals', function () {
  this.timeout(300_000);

  it('by one revision each for all of it, and costs nothing from the next period on', async () => {
    const world = await storedWorld();
    expect(await leavesIn(world)).to.deep.equal([9 * perSlab]);
    const before = await numbers(world);
    await forget(world, 'letters', 'notes');
    const signed: RenterEvent[] = [];
    const { shrunk, failures } = await world.during(
      world.renter.tidy({ report: (event) => void (event.kind === 'signed' && signed.push(event)) }),
    );
    expect(failures).to.deep.equal([]);
    expect(shrunk.map(({ sectors, leaves }) => [sectors, leaves])).to.deep.equal(names.map(() => [6, 6 * perSlab]));
    const rates = (await dealsOf(world)).map(({ rate }) => rate);
    await world.liveTo(world.ledger.period + 1, 25);
    expect(await leavesIn(world)).to.deep.equal([3 * perSlab]);
    expect(await numbers(world)).to.deep.equal(before.map((number) => number + 1n));
    expect(signed).to.have.length(4);
    const now = await dealsOf(world);
    expect(now.map(({ id, rate }, i) => [id, rates[i]! - rate])).to.deep.equal(
      now.map(({ id }) => [id, shrunk.find(({ deal }) => deal === id)?.saved]),
    );
    await expectBack(world, 'photos');
    await settleDown(world);
    expect(await numbers(world)).to.deep.equal(before.map((number) => number + 1n));
  });

  it('while its bytes stay with the provider until the revision without them is final', async () => {
    const world = await storedWorld();
    const roots = (await collect(world.catalogue.slabs((await world.catalogue.object('letters'))!.id))).flatMap(([, { shards }]) =>
      shards.map(({ sector }) => sector.root),
    );
    const held = async (): Promise<number> => {
      let count = 0;
      for (const { store } of world.providers.values()) for (const root of roots) count += Number(await store.has(root));
      return count;
    };
    await forget(world, 'letters');
    await world.during(world.renter.tidy());
    expect(await held()).to.equal(roots.length);
    while ((await leavesIn(world))[0] !== 7 * perSlab) {
      await world.liveTo(world.ledger.period, world.ledger.offset);
      expect(await held(), 'before the chain holds it').to.equal(roots.length);
      world.ledger.mine();
    }
    await world.liveTo(world.ledger.period + 1, 25);
    expect(await held()).to.equal(0);
  });

  it('once a provider that was away is back; the others do not wait for it, and what is stored meanwhile goes where it can', async () => {
    const world = await storedWorld();
    world.bend('bob', () => ({ terms: () => Promise.reject(new Error('away')) }));
    await forget(world, 'photos');
    const { shrunk, failures } = await world.during(world.renter.tidy());
    expect(failures.map(({ provider }) => world.nameOf(provider))).to.deep.equal(['bob']);
    expect(shrunk).to.have.length(3);
    await world.liveTo(world.ledger.period + 1, 25);
    world.bend('bob');
    await world.during(world.renter.put({ ...terms, name: 'photos', source: sourceOf(files.get('photos')!) }));
    await settleDown(world);
    expect(await leavesIn(world)).to.deep.equal([9 * perSlab]);
    for (const name of files.keys()) await expectBack(world, name);
  });

  it('with all there is: the deals stay as they are on chain but for their leaves, and are cancelled a period later', async () => {
    const world = await storedWorld();
    const ends = (await dealsOf(world)).map(({ end, price }) => [end, price]);
    await forget(world, ...files.keys());
    await world.during(world.renter.tidy());
    await world.liveTo(world.ledger.period + 1, 25);
    expect(await leavesIn(world)).to.deep.equal([0]);
    expect((await dealsOf(world)).map(({ end, price }) => [end, price])).to.deep.equal(ends);
    const done: TidyResult[] = [];
    for (let round = 0; round < 3; round++) {
      done.push(await world.during(world.renter.tidy()));
      await world.liveTo(world.ledger.period + 1, 25);
    }
    expect(done.flatMap(({ cancelled }) => cancelled)).to.have.length(4);
    expect(await freedIn(world)).to.equal(0);
  });

  it('and nothing else does: not what another machine of hers stored there', async () => {
    const world = await storedWorld();
    const [{ id }] = (await dealsOf(world)) as [Deal];
    const before = await collect(world.catalogue.sectors(id, (await world.catalogue.deal(id))!.current!.revision.number));
    // A second catalogue that knows the deals and not what lies in them, as that of another machine.
    const catalogue = createMemoryCatalogue(world.ledger.identity);
    const other = { catalogue, renter: world.another({ catalogue }) };
    for (const record of await collect(world.catalogue.deals())) {
      const { current } = record;
      const sectors = await collect(world.catalogue.sectors(record.id, current!.revision.number));
      await other.catalogue.putDeal(record, { number: current!.revision.number, sectors });
    }
    await world.during(other.renter.put({ ...terms, name: 'elsewhere', source: sourceOf(bytesOf('elsewhere', SLAB)) }));
    await other.catalogue.deleteObject((await other.catalogue.object('elsewhere'))!.id);
    for (let round = 0; round < 3; round++) {
      await world.during(other.renter.tidy());
      await world.liveTo(world.ledger.period + 1, 25);
    }
    const { revision } = (await other.catalogue.deal(id))!.current!;
    expect(await collect(other.catalogue.sectors(id, revision.number))).to.deep.equal(before);
    for (const name of files.keys()) await expectBack(world, name);
  });

  it('nor what a put has begun and goes on with', async () => {
    const world = await storedWorld();
    const film = bytesOf('film', 16 * SLAB);
    const put = { ...terms, name: 'film', source: { ...sourceOf(film), origin: async () => 'a film' } };
    const stop = new AbortController();
    const report = (event: RenterEvent): void => {
      if (event.kind === 'uploaded' && event.bytes >= film.length / 2) stop.abort(new Error('stopped'));
    };
    await world.during(world.renter.put({ ...put, report, signal: stop.signal })).catch(() => undefined);
    await forget(world, 'letters');
    await settleDown(world);
    const sent = world.metrics.value('holdfast_uploaded_bytes_total') ?? 0;
    await world.during(world.renter.put(put));
    expect((world.metrics.value('holdfast_uploaded_bytes_total') ?? 0) - sent).to.be.below(0.55 * 2 * film.length);
    const sink = createRecordedSink();
    await world.during(world.renter.get({ object: 'film', sink }));
    expect(Buffer.compare(sink.bytes, film)).to.equal(0);
  });

  for (const when of ['before', 'after'] as const)
    it(`wherever her process dies, ${when} any write: nothing living is lost, and nothing dead is paid for for ever`, async () => {
      let write = 1;
      for (let died = true; died; write++) {
        const world = await storedWorld();
        const process = mortal(world.catalogue, world.chain, { write, when });
        const dying = world.another(process);
        const work = async (): Promise<void> => {
          for (const name of ['letters', 'notes']) await process.catalogue.deleteObject((await world.catalogue.object(name))!.id);
          await dying.tidy();
        };
        await world.during(work()).catch(() => undefined);
        await world.liveTo(world.ledger.period + 1, 25);
        await world.during(dying.tidy()).catch(() => undefined);
        died = process.dead();
        for (const name of ['letters', 'notes']) if (await world.catalogue.object(name)) await expectBack(world, name);
        for (const name of ['letters', 'notes']) if (await world.catalogue.object(name)) await forget(world, name);
        await settleDown(world);
        expect(await leavesIn(world), `${when} write ${write}`).to.deep.equal([3 * perSlab]);
        await expectBack(world, 'photos');
      }
      expect(write).to.be.greaterThan(10);
    });
});
