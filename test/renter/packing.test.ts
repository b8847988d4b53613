import { expect } from 'chai';
import { leaves } from '../../node/core/units.js';
import type { ObjectRecord } from '../../node/ports/catalogue.js';
import type { RenterEvent } from '../../node/renter/events.js';
import type { Quote } from '../../node/renter/homes/quote.js';
import { bytesOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { collect } from '../support/collect.js';
import { shardsOf, slabsOf } from '../support/stored-slabs.js';
import { sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { createSteppedWorld, SLAB } from './in-steps.js';
import { mortal, type Death } from './mortal.js';
import { contentsOf, expectAllBack, filesOf, putAll, type Contents } from './small-files.js';

const names = ['bob', 'carol', 'dave', 'erin'];
/** Providers that take a step while others that nobody will sign still wait with them. */
const patient = { names, provider: () => ({ policy: { maxPendingLeaves: leaves(384) } }) };

/** Three slabs' worth: of one byte, of odd lengths, of a slab. */
const mixed = contentsOf(1, 700, 64, 65, 500, SLAB, 3, 900, 900, 31, 200);

const stateOf = async ({ catalogue }: Pick<RenterWorld, 'catalogue'>): Promise<Record<string, string>> => {
  const objects = await collect(catalogue.objects());
  return Object.fromEntries(objects.map(({ name, state }) => [name, state]));
};
const sentIn = (world: RenterWorld): number => world.metrics.value('holdfast_uploaded_bytes_total') ?? 0;
const bytesIn = (contents: Contents): number => [...contents.values()].reduce((sum, { length }) => sum + length, 0);
const objectNamed = async ({ catalogue }: RenterWorld, name: string): Promise<ObjectRecord> => (await catalogue.object(name))!;
const usedDeals = async ({ catalogue }: RenterWorld) => collect(catalogue.usedDeals());

describe('Alice stores small files together', () => {
  it('in sectors that they share: one revision a provider for all, and each comes back for itself', async () => {
    const world = await createSteppedWorld(patient);
    const signed: string[] = [];
    const report = (event: RenterEvent): void => void (event.kind === 'signed' && signed.push(event.provider));
    const { stored, failures } = await world.during(putAll(world.renter, filesOf(mixed), { report }));
    expect(failures).to.deep.equal([]);
    expect(stored.map(({ name }) => name)).to.deep.equal([...mixed.keys()]);
    expect(signed.map((provider) => world.nameOf(provider as never))).to.have.members(names);
    const sectors = new Set<string>();
    for (const object of stored) {
      expect(object).to.include({ state: 'stored', slabs: 1, bytes: mixed.get(object.name)?.length });
      for (const { sector } of await shardsOf(world.catalogue, object)) sectors.add(sector.root);
    }
    expect(sectors.size, 'slabs of a crate, four shards each').to.be.within(4 * 3, 4 * 4);
    expect(sentIn(world), 'no more than they take, in whole leaves').to.be.below(2 * (bytesIn(mixed) + mixed.size * 64));
    await expectAllBack(world, mixed);
  });

  it('and reading one reads its own leaves alone', async () => {
    const world = await createSteppedWorld(patient);
    await world.during(putAll(world.renter, filesOf(mixed)));
    const before = world.metrics.value('holdfast_downloaded_bytes_total');
    await expectAllBack(world, new Map([['file 2', mixed.get('file 2')!]]));
    expect(world.metrics.value('holdfast_downloaded_bytes_total') - before).to.equal(64 + 32);
  });

  it('in steps, where they are many: each counts as stored once the chain holds its step', async () => {
    const world = await createSteppedWorld();
    const many = contentsOf(...Array.from({ length: 40 }, () => 900));
    let most = 0;
    const report = (event: RenterEvent): void => {
      if (event.kind === 'uploaded') most = Math.max(most, event.bytes);
    };
    const { stored } = await world.during(putAll(world.renter, filesOf(many), { report }));
    expect(stored).to.have.length(40);
    expect(most).to.be.at.least(40 * 896);
    await expectAllBack(world, many);
  });

  it('and is told once what all of it costs, with what follows, before anything is paid', async () => {
    const world = await createSteppedWorld(patient);
    const quotes: Quote[] = [];
    const confirm = async (quote: Quote): Promise<boolean> => (quotes.push(quote), false);
    await rejectsCoded(world.during(putAll(world.renter, filesOf(mixed), { confirm, following: 4_096 })), 'QUOTE_DECLINED');
    expect(quotes).to.have.length(1);
    expect(quotes[0]?.bytes).to.be.within(bytesIn(mixed) + 4_096, bytesIn(mixed) + 4_096 + 64 * mixed.size);
    expect(world.sent).to.deep.equal([]);
    expect(await stateOf(world)).to.deep.equal({});
  });

  it('and one that cannot be read is told, while the others are stored', async () => {
    const world = await createSteppedWorld(patient);
    const files = filesOf(mixed).map((file) =>
      file.name === 'file 4'
        ? { ...file, bytes: file.bytes + 1 }
        : file.name === 'file 7'
          ? { ...file, open: () => Promise.reject(new Error('gone')) }
          : file,
    );
    const failed: string[] = [];
    const { stored } = await world.during(putAll(world.renter, files, { onFailed: ({ name }) => void failed.push(name) }));
    expect(failed).to.deep.equal(['file 4', 'file 7']);
    expect(stored).to.have.length(mixed.size - 2);
    await expectAllBack(world, new Map([...mixed].filter(([name]) => !failed.includes(name))));
    const nothing = await world.during(putAll(world.renter, [files[7]!], { onFailed: () => undefined }));
    expect(nothing).to.deep.equal({ stored: [], quote: undefined, failures: [] });
  });

  it('and a provider that fails on the way is replaced: they are read again', async () => {
    const world = await createSteppedWorld({ names: [...names, 'frank'], provider: patient.provider });
    let count = 0;
    world.bend('bob', ({ storeSector }) => ({
      storeSector: async (...call) => {
        if (++count > 2) throw new Error('broken off');
        return storeSector(...call);
      },
    }));
    const opened: string[] = [];
    const { stored, failures } = await world.during(putAll(world.renter, filesOf(mixed, opened)));
    expect(stored).to.have.length(mixed.size);
    expect(failures.map(({ provider }) => world.nameOf(provider))).to.deep.equal(['bob']);
    expect(opened.length).to.be.above(mixed.size);
    await expectAllBack(world, mixed);
  });

  it('and where one of them has changed by then, nothing of another content is encrypted under its key', async () => {
    const world = await createSteppedWorld({ names: [...names, 'frank'], provider: patient.provider });
    world.bend('bob', ({ signRevision: _ }) => ({ signRevision: () => Promise.reject(new Error('no')) }));
    const contents = new Map(mixed);
    const files = filesOf(mixed).map((file) => ({
      ...file,
      open: async () => {
        const bytes = contents.get(file.name)!;
        contents.set(file.name, bytesOf('another', bytes.length));
        return { ...sourceOf(bytes), [Symbol.asyncDispose]: async () => undefined };
      },
    }));
    await rejectsCoded(world.during(putAll(world.renter, files)), 'SOURCE_CHANGED');
    expect(Object.values(await stateOf(world))).to.not.include('stored');
  });
});

describe('Alice continues with small files that were broken off', function () {
  this.timeout(120_000);
  const many = contentsOf(...Array.from({ length: 36 }, (_, index) => 800 + index));

  const few = new Map([...many].slice(0, 9));
  const putUntil = async (world: RenterWorld, death: Death): Promise<boolean> => {
    const process = mortal(world.catalogue, world.chain, death);
    await world.during(putAll(world.another(process), filesOf(few))).catch(() => undefined);
    return process.dead();
  };
  const putShare = async (world: RenterWorld, share: number): Promise<void> => {
    const stop = new AbortController();
    const report = (event: RenterEvent): void => {
      if (event.kind === 'uploaded' && event.bytes >= share * bytesIn(many)) stop.abort(new Error('stopped'));
    };
    await world.during(putAll(world.renter, filesOf(many), { report, signal: stop.signal })).catch(() => undefined);
  };
  const notStored = async (world: RenterWorld, all = many): Promise<Contents> => {
    const states = await stateOf(world);
    return new Map([...all].filter(([name]) => states[name] !== 'stored'));
  };

  it('at half: less than 55 % is coded and sent the second time', async () => {
    const world = await createSteppedWorld({ names });
    await putShare(world, 0.5);
    const rest = await notStored(world);
    expect(rest.size).to.be.above(many.size / 4);
    const [sent, coded] = [sentIn(world), world.coded()];
    await world.during(putAll(world.another(), filesOf(rest)));
    expect(sentIn(world) - sent).to.be.below(0.55 * 2 * bytesIn(many));
    expect(world.coded() - coded).to.be.below(0.55 * 20);
    expect(sentIn(world), 'in all').to.be.below(2.15 * 2 * bytesIn(many));
    expect(await collect(world.catalogue.objects())).to.have.length(many.size);
    expect(await collect(world.catalogue.placing())).to.deep.equal([]);
    await expectAllBack(world, many);
  });

  it('killed around any write to the catalogue: nothing half-stored counts, all comes back in the end, nothing is left over', async () => {
    const last = async (when: Death['when']): Promise<number> => {
      for (let write = 1; ; write++) {
        const world = await createSteppedWorld(patient);
        if (!(await putUntil(world, { write, when }))) return write;
        const before = await stateOf(world);
        await expectAllBack(world, new Map([...few].filter(([name]) => before[name] === 'stored').slice(-2)));
        await world.during(putAll(world.another(), filesOf(await notStored(world, few))));
        expect(await collect(world.catalogue.objects()), `write ${write}`).to.have.length(few.size);
        expect(await collect(world.catalogue.placing())).to.deep.equal([]);
        await expectAllBack(world, few);
      }
    };
    const writes = [await last('before'), await last('after')];
    expect(Math.min(...writes)).to.be.above(20);
  });

  it('and a file that has changed meanwhile: what was begun with it is begun anew, and is left by nobody', async () => {
    const world = await createSteppedWorld(patient);
    await putShare(world, 0.6);
    const rest = await notStored(world);
    const [name] = rest.keys();
    const changed = new Map(rest).set(name!, bytesOf('changed', 850));
    await world.during(putAll(world.another(), filesOf(changed)));
    expect(await collect(world.catalogue.placing())).to.deep.equal([]);
    await expectAllBack(world, new Map([...many, ...changed]));
  });
});

describe('Alice, whose small files share sectors,', () => {
  it('deletes some: the others stay, and with the last one their crate goes', async () => {
    const world = await createSteppedWorld(patient);
    await world.during(putAll(world.renter, filesOf(mixed)));
    const keep = [...mixed.keys()].slice(3, 5);
    for (const name of mixed.keys()) if (!keep.includes(name)) await world.catalogue.deleteObject((await objectNamed(world, name)).id);
    await expectAllBack(world, new Map([...mixed].filter(([name]) => keep.includes(name))));
    expect(await usedDeals(world)).to.have.length(4);
    const { within } = (await slabsOf(world.catalogue, await objectNamed(world, keep[0]!)))[0]!;
    expect(await world.catalogue.crate(within!.crate)).to.include({ state: 'crate', k: 2, n: 4 });
    for (const name of keep) await world.catalogue.deleteObject((await objectNamed(world, name)).id);
    expect(await usedDeals(world)).to.deep.equal([]);
    expect(await world.catalogue.crate(within!.crate)).to.equal(undefined);
    expect(await collect(world.catalogue.parts(within!.crate, within!.slab))).to.deep.equal([]);
    expect(await collect(world.catalogue.crateUse())).to.deep.equal([]);
  });

  it('loses a provider: their crate is made anew elsewhere, what was deleted along with it, and all of them come back', async () => {
    const world = await createSteppedWorld({ names: [...names, 'frank', 'grace'], provider: patient.provider });
    await world.during(putAll(world.renter, filesOf(mixed)));
    const before = await shardsOf(world.catalogue, await objectNamed(world, 'file 3'));
    await world.catalogue.deleteObject((await objectNamed(world, 'file 1')).id);
    const [first] = await world.chain.deals(before.map(({ deal }) => deal));
    const lost = world.nameOf(first!.provider);
    world.silence(lost);
    await world.liveTo(world.ledger.period + 1, 25);
    const { outcomes } = await world.during(world.renter.repair({ periods: 20 }));
    expect(outcomes.map(({ kind, owner }) => [kind, owner.state, owner.name])).to.deep.equal([['move', 'crate', 'file 0 and 10 more']]);
    const after = await shardsOf(world.catalogue, await objectNamed(world, 'file 3'));
    expect(after.filter(({ deal }) => !before.some((old) => old.deal === deal))).to.have.length(1);
    expect((await world.during(world.renter.repair({ periods: 20 }))).outcomes).to.deep.equal([]);
    const rest = new Map([...mixed].filter(([name]) => name !== 'file 1'));
    world.silence(names.find((name) => name !== lost)!);
    await expectAllBack(world, rest);
  });

  it('repairs one of them by name, and with it its neighbours', async () => {
    const world = await createSteppedWorld({ names: [...names, 'frank'], provider: patient.provider });
    await world.during(putAll(world.renter, filesOf(mixed)));
    world.silence('bob');
    await world.liveTo(world.ledger.period + 1, 25);
    const { outcomes } = await world.during(world.renter.repair({ periods: 20, objects: ['file 2'] }));
    expect(outcomes.map(({ owner }) => owner.state)).to.deep.equal(['crate']);
    world.silence('carol');
    await expectAllBack(world, mixed);
  });

  it('and a provider loses a sector: it is made anew byte for byte', async () => {
    const world = await createSteppedWorld(patient);
    await world.during(putAll(world.renter, filesOf(mixed)));
    const [place] = await shardsOf(world.catalogue, await objectNamed(world, 'file 3'));
    const [deal] = await world.chain.deals([place!.deal]);
    await world.catalogue.deleteObject((await objectNamed(world, 'file 0')).id);
    const { store } = world.providers.get(world.nameOf(deal!.provider))!;
    const bytes = await store.read(place!.sector.root);
    await store.delete(place!.sector.root);
    world.bend(world.nameOf(deal!.provider), () => ({ lostSectors: async () => ({ roots: [place!.sector.root], next: undefined }) }));
    const { healed, unhealed } = await world.during(world.renter.heal());
    expect(unhealed).to.deep.equal([]);
    expect(healed.map(({ name }) => name)).to.deep.equal(['file 0 and 10 more']);
    expect(await store.read(place!.sector.root)).to.deep.equal(bytes);
  });

  it('stores one of them once more, alone: it is another object, and the old one can be read by its id', async () => {
    const world = await createSteppedWorld(patient);
    await world.during(putAll(world.renter, filesOf(mixed)));
    const { id } = await objectNamed(world, 'file 4');
    const bytes = bytesOf('another', 300);
    const { object } = await world.during(world.renter.put({ name: 'file 4', source: sourceOf(bytes), k: 2, n: 4, periods: 20, room: 0 }));
    await expectAllBack(world, new Map([[object.id, bytes] as const, [id, mixed.get('file 4')!] as const]));
  });
});
