import { expect } from 'chai';
import { leaves } from '../../node/core/units.js';
import type { TaskOptions } from '../../node/renter/context.js';
import type { RenterEvent } from '../../node/renter/events.js';
import type { Renter } from '../../node/renter/renter.js';
import type { PutOptions } from '../../node/renter/upload/put.js';
import { bytesOf } from '../support/worlds/actors.js';
import { collect } from '../support/collect.js';
import { shardsOf } from '../support/stored-slabs.js';
import { createRecordedSink, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { createSteppedWorld, SLAB, STEP, terms } from './in-steps.js';
import { contentsOf, expectAllBack, filesOf, putAll, type Contents } from './small-files.js';

const names = ['bob', 'carol', 'dave', 'erin'];
const patient = { names, provider: () => ({ policy: { maxPendingLeaves: leaves(384) } }) };
const DAY = 86_400_000;

/** Breaks off what `begins` begins once so many bytes are uploaded. */
const breakOffAt = async (world: RenterWorld, bytes: number, begins: (task: Required<TaskOptions>) => Promise<unknown>): Promise<void> => {
  const stop = new AbortController();
  const report = (event: RenterEvent): void => {
    if (event.kind === 'uploaded' && event.bytes >= bytes) stop.abort(new Error('stopped'));
  };
  await world.during(begins({ report, signal: stop.signal })).catch(() => undefined);
};
const breakOff = (world: RenterWorld, contents: Contents, bytes: number, room = 0): Promise<void> =>
  breakOffAt(world, bytes, (task) => putAll(world.renter, filesOf(contents), { ...task, room }));
const breakOffAlone = (world: RenterWorld, put: PutOptions, bytes: number): Promise<void> =>
  breakOffAt(world, bytes, (task) => world.renter.put({ ...put, ...task }));

/** A run of small files that waits, from where it opens the first of them, until `goOn`. */
const begin = async (renter: Renter, contents: Contents) => {
  const [gate, reached] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const files = filesOf(contents).map((file) => ({
    ...file,
    open: async () => {
      reached.resolve();
      await gate.promise;
      return file.open();
    },
  }));
  const run = putAll(renter, files);
  await reached.promise;
  return { run, goOn: () => gate.resolve() };
};

const expectById = async (world: RenterWorld, id: string, bytes: Uint8Array): Promise<void> => {
  const sink = createRecordedSink();
  await world.during(world.renter.get({ object: id, sink }));
  expect(Buffer.compare(sink.bytes, bytes)).to.equal(0);
};

describe('A crate that is half done', () => {
  it('holds up no repair of what is stored', async () => {
    const world = await createSteppedWorld({ names: [...names, 'frank'], provider: patient.provider });
    for (const name of ['frank']) world.bend(name, () => ({ admitSector: () => Promise.reject(new Error('no')) }));
    const long = bytesOf('long', STEP);
    await world.during(world.renter.put({ ...terms, name: 'long', source: sourceOf(long), room: 8 * STEP }));
    const fail = () => ({ storeSector: () => Promise.reject(new Error('no')) });
    for (const name of ['carol', 'dave', 'erin']) world.bend(name, fail);
    await world.during(putAll(world.renter, filesOf(contentsOf(900, 900, 900)))).catch(() => undefined);
    const [half] = await collect(world.catalogue.placing());
    expect((await shardsOf(world.catalogue, half)).length, 'shards of a slab that was not sent whole').to.equal(1);
    for (const name of [...names, 'frank']) world.bend(name);
    world.silence('bob');
    await world.liveTo(world.ledger.period + 1, 25);
    const { outcomes } = await world.during(world.renter.repair({ periods: 20 }));
    expect(outcomes.map(({ owner, error }) => [owner.name, error?.message])).to.deep.equal([['long', undefined]]);
  });

  it('is not moved, at a price, as if it were stored', async () => {
    const world = await createSteppedWorld({ names: [...names, 'frank'], provider: patient.provider });
    world.bend('frank', () => ({ admitSector: () => Promise.reject(new Error('no')) }));
    const { stored } = await world.during(putAll(world.renter, filesOf(contentsOf(901, 902)), { room: 8 * STEP }));
    const small = contentsOf(900, 900, 900);
    const renamed = new Map([...small].map(([name, bytes]) => [`other ${name}`, bytes] as const));
    await breakOff(world, renamed, 1);
    expect(await collect(world.catalogue.placing())).to.have.length(3);
    world.bend('frank');
    world.silence('bob');
    await world.liveTo(world.ledger.period + 1, 25);
    const result = await world.during(world.renter.repair({ periods: 20 }));
    expect(stored).to.have.length(2);
    expect(result.outcomes.map(({ owner, bytes }) => [owner.name, bytes])).to.deep.equal([['file 0 and 1 more', 1_920]]);
    expect(result.repairedShards).to.equal(1);
  });
});

describe('What is gone on with again and again', () => {
  it('is not forgotten thirty days after it was begun', async () => {
    let now = 1_800_000_000_000;
    const world = await createSteppedWorld({ names, now: () => now });
    const long = bytesOf('long', 8 * STEP);
    const put = (bytes: number): Promise<void> => breakOffAlone(world, { ...terms, name: 'long', source: sourceOf(long) }, bytes);
    await put(2 * STEP);
    const [begun] = await collect(world.catalogue.placing());
    now += 20 * DAY;
    await put(5 * STEP);
    const [later] = await collect(world.catalogue.placing());
    expect([later?.id, (later?.bytes ?? 0) > (begun?.bytes ?? 0)], 'gone on with').to.deep.equal([begun?.id, true]);
    now += 10 * DAY + 1;
    expect((await world.during(world.renter.tidy())).forgotten).to.deep.equal([]);
  });
});

describe('One file alone and a run of small files, of the same name, in one process', () => {
  const few = contentsOf(...Array.from({ length: 9 }, (_, index) => 800 + index));

  it('what the run stored meanwhile stays', async () => {
    const world = await createSteppedWorld(patient);
    await breakOff(world, few, 1);
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const source = sourceOf(bytesOf('another', 300));
    const slow = {
      ...source,
      read: async (offset: number, length: number) => {
        reached.resolve();
        await gate.promise;
        return source.read(offset, length);
      },
    };
    const alone = world.renter.put({ ...terms, name: 'file 0', source: slow });
    await reached.promise;
    const { stored } = await world.during(putAll(world.renter, filesOf(few)));
    gate.resolve();
    await world.during(alone);
    const one = stored.find(({ name }) => name === 'file 0')!;
    expect(one.state).to.equal('stored');
    await expectById(world, one.id, few.get('file 0')!);
  });

  it('what counts as stored can be read', async () => {
    let now = 1_800_000_000_000;
    const world = await createSteppedWorld({ ...patient, now: () => now++ });
    await breakOff(world, few, 1, 8 * STEP);
    const { run, goOn } = await begin(world.renter, few);
    await world.during(world.renter.put({ ...terms, name: 'file 0', source: sourceOf(few.get('file 0')!) }));
    goOn();
    const { stored } = await world.during(run);
    const one = stored.find(({ name }) => name === 'file 0')!;
    await expectById(world, one.id, few.get('file 0')!);
    await expectAllBack(world, few);
  });

  it('what a put of one file goes on with is not deleted by a run that began before it', async () => {
    const world = await createSteppedWorld({ ...patient });
    const long = bytesOf('content 0', 900);
    const contents = new Map([...few, ['file 0', long] as const]);
    // Broken off alone.
    const broken = { ...terms, name: 'file 0', source: sourceOf(long) };
    await breakOffAlone(world, broken, 0);
    expect(await collect(world.catalogue.placing())).to.have.length(1);
    const { run, goOn } = await begin(world.renter, contents);
    const { object } = await world.during(world.renter.put(broken));
    expect(object.state).to.equal('stored');
    goOn();
    await world.during(run);
    await expectById(world, object.id, long);
  });
});

describe('A crate that is deleted while it is repaired', () => {
  it('stays deleted: no deal is kept for it', async () => {
    const world = await createSteppedWorld({ names: [...names, 'frank'], provider: patient.provider });
    const { stored } = await world.during(putAll(world.renter, filesOf(contentsOf(900, 900, 900))));
    world.silence('bob');
    await world.liveTo(world.ledger.period + 1, 25);
    let deleting: Promise<unknown> | undefined;
    const report = (event: RenterEvent): void => {
      if (event.kind === 'uploaded') deleting ??= Promise.all(stored.map(({ id }) => world.catalogue.deleteObject(id)));
    };
    await world.during(world.renter.repair({ periods: 20, report }));
    await deleting;
    expect(await collect(world.catalogue.objects())).to.deep.equal([]);
    expect(await collect(world.catalogue.crateUse())).to.deep.equal([]);
    expect(await collect(world.catalogue.usedDeals()), 'deals that are kept and renewed').to.deep.equal([]);
  });
});

describe('A crate that is repaired while small files are put', () => {
  it('never has an index used twice: what was stored under it stays', async () => {
    const world = await createSteppedWorld({ names: [...names, 'frank'], provider: patient.provider, limits: { stepsInFlight: 1 } });
    world.bend('frank', () => ({ admitSector: () => Promise.reject(new Error('no')) }));
    const all = contentsOf(...Array.from({ length: 18 }, (_, index) => 900 + index));
    const part = (...wanted: number[]): Contents => new Map([...all].filter(([name]) => wanted.includes(Number(name.slice(5)))));
    const first = Array.from({ length: 12 }, (_, index) => index);
    await breakOff(world, part(...first), 6 * 1_920);
    const half = (await collect(world.catalogue.placing())).map(({ name }) => name).sort();
    expect(half, 'the second step is half done').to.deep.equal(['file 10', 'file 11', 'file 8', 'file 9']);
    world.bend('frank');
    world.silence('bob');
    await world.liveTo(world.ledger.period + 1, 25);

    // The last write of the repair comes after those of the run.
    const [gate, reached] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const moveSlabs: typeof world.catalogue.moveSlabs = async (id, moved) => {
      if (!moved.has(0)) return world.catalogue.moveSlabs(id, moved);
      reached.resolve();
      await gate.promise;
      return world.catalogue.moveSlabs(id, moved);
    };
    const renter = world.another({ catalogue: { ...world.catalogue, moveSlabs } });
    const repairing = renter.repair({ periods: 20 });
    repairing.catch(() => undefined);
    await world.during(reached.promise);
    const { stored } = await world.during(putAll(renter, filesOf(part(8, 9, 12, 13, 14, 15))));
    expect(stored).to.have.length(6);
    gate.resolve();
    await world.during(repairing.catch(() => undefined));
    await world.during(putAll(world.another(), filesOf(part(10, 11, 16, 17))));
    await expectAllBack(world, all);
  });
});

describe('A file that lies in two slabs of one crate', () => {
  it('is stored once', async () => {
    const world = await createSteppedWorld({ names, provider: () => ({ policy: { maxPendingLeaves: leaves(2_048) } }) });
    const all = contentsOf(900, 901, 902, 903, 904);
    const part = (...wanted: string[]): Contents => new Map([...all].filter(([name]) => wanted.includes(name)));
    await breakOff(world, part('file 0', 'file 1', 'file 2', 'file 3'), 1, 8 * STEP);
    await breakOff(world, part('file 0', 'file 2', 'file 3', 'file 4'), 1, 8 * STEP);
    const { stored } = await world.during(putAll(world.renter, filesOf(all), { room: 8 * STEP }));
    const again = stored.map(({ name }) => name).sort();
    expect(again).to.deep.equal([...new Set(again)]);
    expect(SLAB).to.equal(2_048);
  });
});

describe('A slab that is gone on with', () => {
  const all = contentsOf(960, 960, 960, 960);
  const part = (...wanted: string[]): Contents => new Map([...all].filter(([name]) => wanted.includes(name)));
  const fill = async (world: RenterWorld): Promise<void> =>
    void (await world.during(world.renter.put({ ...terms, name: 'other', source: sourceOf(bytesOf('other', 1_920)) })));
  const roomy = () => createSteppedWorld({ names, provider: () => ({ policy: { maxPendingLeaves: leaves(2_048) } }) });

  it('goes elsewhere where its deals were filled since', async () => {
    const world = await roomy();
    await breakOff(world, part('file 0', 'file 1'), 1);
    await fill(world);
    await world.during(putAll(world.another(), filesOf(part('file 0', 'file 1'))));
    await expectAllBack(world, part('file 0', 'file 1'));
  });

  it('goes elsewhere where its deals were filled since, where a slab behind it is stored already', async () => {
    const world = await roomy();
    await breakOff(world, all, 1);
    await world.during(putAll(world.renter, filesOf(part('file 2', 'file 3'))));
    await fill(world);
    const errors: string[] = [];
    for (let turn = 0; turn < 3; turn++)
      await world.during(putAll(world.another(), filesOf(part('file 0', 'file 1')))).then(
        () => undefined,
        (error: Error) => errors.push(error.message),
      );
    expect(errors).to.deep.equal([]);
    await expectAllBack(world, all);
  });
});
