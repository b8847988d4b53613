import { expect } from 'chai';
import type { StoredObject } from '../../node/ports/catalogue.js';
import { bytesOf } from '../support/worlds/actors.js';
import { collect } from '../support/collect.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { sourceOf } from '../support/worlds/renter-world.js';
import { createKeptWorld, emptyMachine, expectBack, objectsIn, recover } from './recovering.js';
import { contentsOf, expectAllBack, filesOf, putAll } from './small-files.js';

const letters = bytesOf('letters', 5_000);
const notes = bytesOf('notes', 3_000);
const terms = { k: 2, n: 4, periods: 20 };

describe('Alice, whose machine is lost, with her wallet alone', () => {
  it('has every file back: large ones and small ones', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), ...terms }));
    const small = contentsOf(10, 700, 3_000, 1);
    await world.during(putAll(world.renter, filesOf(small)));
    await world.during(world.renter.put({ name: 'notes', source: sourceOf(notes), ...terms }));

    const { renter, catalogue, result } = await recover(world);
    expect(result).to.deep.include({ missing: [], unfinished: [], gone: [], uncertain: [], unlisted: [], without: [], failures: [] });
    expect(result.recovered).to.deep.equal({ objects: 6, bytes: 5_000 + 3_000 + 10 + 700 + 3_000 + 1 });
    expect(await objectsIn(catalogue)).to.deep.equal(await objectsIn(world.catalogue));
    await expectBack(world, renter, 'letters', letters);
    await expectBack(world, renter, 'notes', notes);
    await expectAllBack(world, small, renter);
  });

  it('adds no revision and no transaction to a put, and a sector under 64 KiB at each provider', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), ...terms }));
    await world.during(world.renter.put({ name: 'notes', source: sourceOf(notes), ...terms }));
    expect(world.sent).to.deep.equal(['open']);
    for await (const { id, current } of world.catalogue.deals()) {
      expect(current?.revision.number).to.equal(2n);
      const sectors = await collect(world.catalogue.sectors(id, 2n));
      expect(sectors).to.have.length(4);
      const [shard, page] = [sectors[2]?.leaves, sectors[3]?.leaves];
      expect(shard).to.equal(47);
      expect(page).to.be.within(1, 2_048);
    }
  });

  it('goes on there: puts, has it back, and recovers all on a third machine', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), ...terms }));
    const second = await recover(world);
    await world.during(second.renter.put({ name: 'notes', source: sourceOf(notes), ...terms }));
    const third = await recover(world);
    expect([...(await objectsIn(third.catalogue)).keys()].sort()).to.deep.equal(['letters', 'notes']);
    await expectBack(world, third.renter, 'letters', letters);
    await expectBack(world, third.renter, 'notes', notes);
  });

  it('and does not write into the deals again what it has read there', async () => {
    const world = await createKeptWorld();
    await world.during(putAll(world.renter, filesOf(contentsOf(...Array.from({ length: 40 }, () => 100)))));
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), ...terms }));
    const second = await recover(world);
    await world.during(second.renter.put({ name: 'notes', source: sourceOf(notes), ...terms }));
    const bytes: number[] = [];
    for await (const page of second.catalogue.ownPages(0)) bytes.push(page.bytes);
    expect(bytes).to.have.length(1);
    expect(bytes[0]).to.be.below(800);
  });

  it('does not have back what was deleted, once the next page says so', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), ...terms }));
    const small = contentsOf(10, 700);
    await world.during(putAll(world.renter, filesOf(small)));
    const gone = await world.catalogue.object('file 0');
    await world.catalogue.deleteObject(gone?.id as string);
    await world.catalogue.deleteObject((await world.catalogue.object('letters'))?.id as string);
    await world.during(world.renter.put({ name: 'notes', source: sourceOf(notes), ...terms }));
    const { renter, catalogue } = await recover(world);
    expect([...(await objectsIn(catalogue)).keys()].sort()).to.deep.equal(['file 1', 'notes']);
    await expectBack(world, renter, 'file 1', small.get('file 1') as Uint8Array);
    const crate = (await catalogue.slab((await catalogue.object('file 1'))?.id as string, 0))?.within?.crate as string;
    expect(await collect(catalogue.parts(crate, 0))).to.deep.equal(await collect(world.catalogue.parts(crate, 0)));
    expect(await collect(catalogue.crateUse())).to.deep.equal(await collect(world.catalogue.crateUse()));
  });

  it("by the ids of her deals, where an RPC's logs end early", async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), ...terms }));
    const settlement = {
      ...world.chain,
      dealIdsOf: async () => {
        throw new HoldfastError('LOGS_INCOMPLETE', { url: 'http://early', what: 'deals', told: 1, held: 4 });
      },
    };
    const { renter, result } = await recover(world, { on: emptyMachine(world, { settlement }) });
    expect(result.logs).to.have.property('code', 'LOGS_INCOMPLETE');
    expect(result.deals).to.have.length(4);
    await expectBack(world, renter, 'letters', letters);
  });

  it('while as many providers are silent as the file can do without', async () => {
    const world = await createKeptWorld({ silence: 300 });
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), ...terms }));
    const holders = new Set<string>();
    for await (const { provider } of world.catalogue.deals()) holders.add(world.nameOf(provider));
    for (const name of [...holders].slice(0, 2)) world.silence(name);
    const { renter, result } = await recover(world);
    expect(result.unlisted).to.have.length(2);
    expect(result.recovered.objects).to.equal(1);
    await expectBack(world, renter, 'letters', letters);
  });

  it('and has nothing where nothing was ever stored', async () => {
    const world = await createKeptWorld();
    const { result } = await recover(world);
    expect(result).to.deep.include({ deals: [], pages: 0, recovered: { objects: 0, bytes: 0 } });
  });

  it('is told when her wallet signs otherwise than it did, and nothing is changed', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), ...terms }));
    const on = emptyMachine(world, { name: 'another alice' });
    await rejectsCoded(recover(world, { on }), 'RECOVERY_KEYS_DIFFER');
    expect(await collect(on.catalogue.deals())).to.deep.equal([]);
  });
});

describe('A home that has files', () => {
  it('is left alone by recovery unless Alice says --merge: then it has both', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), ...terms }));
    const on = emptyMachine(world);
    await world.during(on.renter.put({ name: 'notes', source: sourceOf(notes), k: 1, n: 2, periods: 20 }));
    const kept = (await on.catalogue.object('notes')) as StoredObject;
    await on.catalogue.putObject({ ...kept, id: 'ff'.repeat(16), name: 'mine' });
    await rejectsCoded(recover(world, { on }), 'RECOVERY_REFUSED');
    const { result, catalogue } = await recover(world, { on, merge: true });
    expect(result.recovered.objects, 'the put had looked into the deals').to.equal(0);
    expect([...(await objectsIn(catalogue)).keys()].sort()).to.deep.equal(['letters', 'mine', 'notes']);
  });

  it('may be recovered into again: nothing is doubled', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), ...terms }));
    const on = await recover(world);
    const { result, catalogue } = await recover(world, { on });
    expect(result.recovered.objects).to.equal(0);
    expect(await collect(catalogue.objects())).to.have.length(1);
  });

  it('does not get back what was deleted there since, whole or in a crate: its sectors are on their way out of the deals', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), ...terms }));
    await world.during(putAll(world.renter, filesOf(contentsOf(10, 700))));
    for (const name of ['letters', 'file 0']) await world.catalogue.deleteObject((await world.catalogue.object(name))?.id as string);
    for (const merge of [false, true]) {
      const { result, catalogue } = await recover(world, { on: world, merge });
      expect(result.recovered.objects).to.equal(0);
      expect([...(await objectsIn(catalogue)).keys()]).to.deep.equal(['file 1']);
    }
  });
});
