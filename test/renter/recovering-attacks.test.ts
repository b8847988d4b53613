import { expect } from 'chai';
import type { SectorRef } from '../../node/core/data/data-set.js';
import type { Hash } from '../../node/core/units.js';
import type { Catalogue } from '../../node/ports/catalogue.js';
import { bytesOf } from '../support/worlds/actors.js';
import { collect } from '../support/collect.js';
import { sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { mortal } from './mortal.js';
import { createKeptWorld, emptyMachine, expectBack, objectsIn, recover } from './recovering.js';
import { contentsOf, filesOf, putAll } from './small-files.js';

const letters = bytesOf('letters', 3_000);
const notes = bytesOf('notes', 3_000);
const terms = { k: 2, n: 4, periods: 20 };
const put = (name: string, bytes: Uint8Array) => ({ name, source: sourceOf(bytes), ...terms });

const namesIn = async (catalogue: Catalogue): Promise<readonly string[]> => [...(await objectsIn(catalogue)).keys()].sort();

/** The last sector of each deal. */
const tails = async (catalogue: Catalogue): Promise<ReadonlySet<Hash>> => {
  const roots = new Set<Hash>();
  for await (const { id, current } of catalogue.deals()) {
    const last: SectorRef | undefined = (await collect(catalogue.sectors(id, current?.revision.number ?? 0n))).at(-1);
    if (last) roots.add(last.root);
  }
  return roots;
};

/** Has these providers give nothing of these sectors. */
const keepBack = (world: RenterWorld, names: Iterable<string>, roots: ReadonlySet<Hash>): void => {
  for (const name of names)
    world.bend(name, (service) => ({
      readLeaves: async (peer, authorization, request, signal) => {
        if (roots.has(request.root)) throw new Error('not today');
        return service.readLeaves(peer, authorization, request, signal);
      },
    }));
};

const holdersOf = async (world: RenterWorld): Promise<readonly string[]> => {
  const names: string[] = [];
  for await (const { provider } of world.catalogue.deals()) names.push(world.nameOf(provider));
  return names;
};

describe('Alice recovers from providers', () => {
  it('of whom all but one keep the newest page back: that one gives it', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put(put('letters', letters)));
    await world.during(world.renter.put(put('notes', notes)));
    keepBack(world, (await holdersOf(world)).slice(1), await tails(world.catalogue));
    const { catalogue, result } = await recover(world);
    expect([result.failures, result.unlisted]).to.deep.equal([[], []]);
    expect(await namesIn(catalogue)).to.deep.equal(['letters', 'notes']);
    expect(result.missing).to.deep.equal([]);
  });

  it('who all keep the newest page back: what the pages before tell comes back', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put(put('letters', letters)));
    await world.during(world.renter.put(put('notes', notes)));
    keepBack(world, world.providers.keys(), await tails(world.catalogue));
    const { catalogue, renter } = await recover(world);
    expect(await namesIn(catalogue)).to.deep.equal(['letters']);
    await expectBack(world, renter, 'letters', letters);
  });

  it('who show a list from before the newest page: they are not believed, and named', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put(put('letters', letters)));
    const old = new Map<string, unknown>();
    for (const name of await holdersOf(world))
      world.bend(name, (service) => ({
        listSectors: async (...call) => {
          const listing = await service.listSectors(...call);
          if (!old.has(name)) old.set(name, listing && { ...listing, sectors: await collect(listing.sectors as AsyncIterable<SectorRef>) });
          return old.get(name) as typeof listing;
        },
      }));
    await recover(world);
    await world.during(world.renter.put(put('notes', notes)));
    const { catalogue, result } = await recover(world);
    expect(result.unlisted).to.have.length(4);
    expect(await namesIn(catalogue)).to.deep.equal([]);
  });

  it('when a deal has no room for a page: the file is stored all the same, and that nothing tells of it is said', async () => {
    const world = await createKeptWorld({ limits: { pageLeaves: 1 } });
    await world.during(world.renter.put({ ...put('letters', letters), room: 0 }));
    const { result } = await recover(world);
    expect(result.without).to.have.length(4);
    expect(result.recovered.objects).to.equal(0);
  });
});

describe('Two machines on one wallet', () => {
  it('that store in turn, one behind on the other, lose nothing: a third has all that both have', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put(put('letters', letters)));
    const second = await recover(world);
    await world.during(world.renter.put(put('notes', notes)));
    const drafts = bytesOf('drafts', 2_000);
    await world.during(second.renter.put(put('drafts', drafts)));
    const { catalogue, renter } = await recover(world);
    expect(await namesIn(catalogue)).to.deep.equal(['drafts', 'letters', 'notes']);
    for (const [name, bytes] of Object.entries({ letters, notes, drafts })) await expectBack(world, renter, name, bytes);
  });

  it('of which the second has deleted what the first stored: it is gone for a third', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put(put('letters', letters)));
    const second = await recover(world);
    await second.catalogue.deleteObject((await second.catalogue.object('letters'))?.id as string);
    await world.during(second.renter.put(put('notes', notes)));
    const { catalogue } = await recover(world);
    expect(await namesIn(catalogue)).to.deep.equal(['notes']);
  });

  it('of which the first has stored more since: with --merge the second has it too, and what it has deleted stays deleted', async () => {
    const world = await createKeptWorld();
    await world.during(putAll(world.renter, filesOf(contentsOf(100, 200))));
    const second = await recover(world);
    await second.catalogue.deleteObject((await second.catalogue.object('file 0'))?.id as string);
    await world.during(world.renter.put(put('notes', notes)));
    const { catalogue, renter } = await recover(world, { on: second, merge: true });
    expect(await namesIn(catalogue)).to.deep.equal(['file 1', 'notes']);
    await expectBack(world, renter, 'notes', notes);
  });
});

describe('Alice, whose process dies', () => {
  for (const when of ['before', 'after'] as const) {
    it(`${when} any write of a put: what comes back is whole, and once the put is done again it is there`, async () => {
      const small = { k: 1, n: 2, periods: 20 };
      let write = 1;
      for (let died = true; died; write++) {
        const world = await createKeptWorld({ names: ['bob', 'carol'] });
        await world.during(world.renter.put({ ...put('notes', notes), ...small }));
        const process = mortal(world.catalogue, world.chain, { write, when });
        await world.during(world.another(process).put({ ...put('letters', letters), ...small })).catch(() => undefined);
        died = process.dead();
        const between = await recover(world);
        for (const [name, bytes] of Object.entries({ notes, letters }))
          if (name === 'notes' || (await between.catalogue.object(name))) await expectBack(world, between.renter, name, bytes);
        await world.during(world.renter.put({ ...put('letters', letters), ...small }));
        const { catalogue, renter } = await recover(world);
        expect(await namesIn(catalogue), `write ${write}`).to.deep.equal(['letters', 'notes']);
        await expectBack(world, renter, 'letters', letters);
      }
      expect(write).to.be.greaterThan(8);
    });

    it(`${when} any write of a recovery: the same command again has all`, async () => {
      const world = await createKeptWorld({ names: ['bob', 'carol', 'dave', 'erin'] });
      await world.during(putAll(world.renter, filesOf(contentsOf(100, 200))));
      await world.during(world.renter.put(put('letters', letters)));
      const whole = await objectsIn(world.catalogue);
      let write = 1;
      for (let died = true; died; write++) {
        const on = emptyMachine(world);
        const process = mortal(on.catalogue, world.chain, { write, when });
        await world.during(world.another(process).recover()).catch(() => undefined);
        died = process.dead();
        const { catalogue } = await recover(world, { on });
        expect(await objectsIn(catalogue), `write ${write}`).to.deep.equal(whole);
      }
      expect(write).to.be.greaterThan(8);
    });
  }

  it('in the middle of a put of several steps: what was not finished is named, and not listed', async () => {
    const world = await createKeptWorld({ limits: { slabRoom: 4_096, stepLeaves: 128, dealLeaves: 256 } });
    const long = bytesOf('long', 40_000);
    await world.during(world.renter.put(put('letters', letters)));
    const process = mortal(world.catalogue, world.chain, { write: 40, when: 'after' });
    await world.during(world.another(process).put(put('long', long))).catch(() => undefined);
    expect(process.dead()).to.equal(true);
    await world.liveTo(world.ledger.period + 1, 25);
    const { catalogue, result } = await recover(world);
    expect(await namesIn(catalogue)).to.deep.equal(['letters']);
    expect(result.unfinished.map(({ name }) => name)).to.deep.equal(['long']);
  });
});
