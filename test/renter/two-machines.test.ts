import { expect } from 'chai';
import type { Catalogue } from '../../node/ports/catalogue.js';
import { catalogueOn } from '../../node/storage/catalogue.js';
import { createMemoryRows } from '../../node/storage/rows/memory-rows.js';
import { bytesOf } from '../support/worlds/actors.js';
import { collect } from '../support/collect.js';
import { shardsOf } from '../support/stored-slabs.js';
import { sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { copyOf } from './copied-rows.js';
import { createKeptWorld, expectBack, objectsIn, recover } from './recovering.js';
import { contentsOf, filesOf, putAll } from './small-files.js';

const letters = bytesOf('letters', 3_000);
const notes = bytesOf('notes', 3_000);
const drafts = bytesOf('drafts', 3_000);
const put = (name: string, bytes: Uint8Array) => ({ name, source: sourceOf(bytes), k: 2, n: 4, periods: 20 });
const namesIn = async (catalogue: Catalogue): Promise<readonly string[]> => [...(await objectsIn(catalogue)).keys()].sort();
const idOf = async (catalogue: Catalogue, name: string): Promise<string> => (await catalogue.object(name))?.id as string;

/** What providers are asked for from now on. */
const questions = (world: RenterWorld): string[] => {
  const asked: string[] = [];
  for (const name of world.providers.keys())
    world.bend(name, (service) => ({
      listSectors: (...call) => {
        asked.push(`${name} lists`);
        return service.listSectors(...call);
      },
      readLeaves: (...call) => {
        asked.push(`${name} reads`);
        return service.readLeaves(...call);
      },
    }));
  return asked;
};

/** Everybody gives nothing of any sector. */
const keepBack = (world: RenterWorld): void => {
  for (const name of world.providers.keys()) world.bend(name, () => ({ readLeaves: () => Promise.reject(new Error('not today')) }));
};
const giveAgain = (world: RenterWorld): void => {
  for (const name of world.providers.keys()) world.bend(name);
};

describe('Two machines on one wallet, that know nothing of each other but what lies in the deals', () => {
  it('ask nobody anything where nothing has changed', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put(put('letters', letters)));
    const second = await recover(world);
    const asked = questions(world);
    await world.during(second.renter.put(put('notes', notes)));
    expect(asked).to.deep.equal([]);
  });

  it('have what the other has stored, renamed and deleted, once they store something themselves', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put(put('letters', letters)));
    await world.during(putAll(world.renter, filesOf(contentsOf(100, 200, 300))));
    const second = await recover(world);
    await second.catalogue.deleteObject(await idOf(second.catalogue, 'file 0'));
    const renamed = (await second.catalogue.object('file 1'))!;
    await second.catalogue.putObjects([{ ...renamed, name: 'renamed' }]);
    await second.catalogue.deleteObject(await idOf(second.catalogue, 'letters'));
    await world.during(second.renter.put(put('notes', notes)));

    await world.during(world.renter.put(put('drafts', drafts)));
    expect(await namesIn(world.catalogue)).to.deep.equal(['drafts', 'file 2', 'notes', 'renamed']);
    await expectBack(world, world.renter, 'notes', notes);
    expect(await collect(world.catalogue.unreadDeals())).to.deep.equal([]);
    // Both end with the same, and so does a third.
    await world.during(second.renter.put(put('more', letters)));
    await world.during(world.renter.put(put('last', letters)));
    const third = await recover(world);
    expect(await namesIn(third.catalogue)).to.deep.equal(['drafts', 'file 2', 'last', 'more', 'notes', 'renamed']);
    expect(await namesIn(world.catalogue)).to.deep.equal(await namesIn(third.catalogue));
  });

  it('tell nothing again that the other has told', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put(put('letters', letters)));
    const second = await recover(world);
    await world.during(putAll(second.renter, filesOf(contentsOf(...Array.from({ length: 40 }, () => 100)))));
    await world.during(world.renter.put(put('notes', notes)));
    expect(await namesIn(world.catalogue)).to.have.length(42);
    await world.during(world.renter.put(put('drafts', drafts)));
    const bytes: number[] = [];
    for await (const page of world.catalogue.ownPages(0)) bytes.push(page.bytes);
    expect(Math.max(...bytes)).to.be.below(2_000);
  });

  it('find at its new place what the other has moved', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put(put('letters', letters)));
    const second = await recover(world);
    const [first] = await shardsOf(world.catalogue, await world.catalogue.object('letters'));
    const lost = world.nameOf((await world.catalogue.deal(first!.deal))!.provider);
    world.silence(lost);
    await world.liveTo(world.ledger.period + 3, 25);
    await world.during(world.renter.repair({ periods: 20 }));
    await world.during(world.renter.tidy());
    const moved = await shardsOf(world.catalogue, await world.catalogue.object('letters'));
    expect(moved).not.to.deep.equal(await shardsOf(second.catalogue, await second.catalogue.object('letters')));

    await world.during(second.renter.put(put('notes', notes)));
    expect(await shardsOf(second.catalogue, await second.catalogue.object('letters'))).to.deep.equal(moved);
    expect((await world.during(second.renter.repair({ periods: 20 }))).repairedShards).to.equal(0);
  });

  it('take nothing out of a deal as long as they do not know what the other has done', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put(put('letters', letters)));
    const second = await recover(world);
    await world.during(world.renter.put(put('notes', notes)));
    await second.catalogue.deleteObject(await idOf(second.catalogue, 'letters'));

    keepBack(world);
    const held = await world.during(second.renter.tidy());
    expect([held.shrunk, held.unshrunk.map(({ reason }) => reason)]).to.deep.equal([[], Array.from({ length: 4 }, () => 'unread')]);
    giveAgain(world);
    const done = await world.during(second.renter.tidy());
    expect([done.shrunk.length, done.unshrunk]).to.deep.equal([4, []]);
    await world.liveTo(world.ledger.period + 1, 25);
    expect(await namesIn(second.catalogue)).to.deep.equal(['notes']);
    await expectBack(world, second.renter, 'notes', notes);
    await expectBack(world, world.renter, 'notes', notes);
  });

  it('lose nothing where one is a copy of the other, with the same numbers', async () => {
    const world = await createKeptWorld();
    const rows = createMemoryRows();
    const first = catalogueOn(rows, world.ledger.identity);
    const one = world.another({ catalogue: first });
    await world.during(one.put(put('letters', letters)));
    const copy = catalogueOn(await copyOf(rows), world.ledger.identity);
    const other = world.another({ catalogue: copy });
    await world.during(one.put(put('notes', notes)));
    await world.during(other.put(put('drafts', drafts)));
    expect((await copy.paging()).machine).not.to.equal((await first.paging()).machine);
    await world.during(other.put(put('more', letters)));
    const third = await recover(world);
    expect(await namesIn(third.catalogue)).to.deep.equal(['drafts', 'letters', 'more', 'notes']);
  });
});

describe('What Alice has deleted or renamed, and nothing else', () => {
  it('is known to a third machine after the next round, in a few small sectors, and costs nothing in the one after that', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put(put('letters', letters)));
    await world.during(putAll(world.renter, filesOf(contentsOf(100, 200, 300))));
    const second = await recover(world);
    await second.catalogue.deleteObject(await idOf(second.catalogue, 'file 0'));
    await second.catalogue.putObjects([{ ...(await second.catalogue.object('letters'))!, name: 'old letters' }]);
    const { told } = await world.during(second.renter.tidy());
    expect(told).to.have.length(4);
    expect(world.sent, 'no transaction of hers').to.deep.equal(['open']);
    for (const id of told) {
      const { current } = (await second.catalogue.deal(id))!;
      const page = (await collect(second.catalogue.sectors(id, current?.revision.number ?? 0n))).at(-1);
      expect(page?.leaves).to.be.below(64);
    }
    expect(await namesIn((await recover(world)).catalogue)).to.deep.equal(['file 1', 'file 2', 'old letters']);
    expect((await world.during(second.renter.tidy())).told).to.deep.equal([]);
  });
});
