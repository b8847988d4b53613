import { expect } from 'chai';
import { collect } from '../support/collect.js';
import { bytesOf } from '../support/worlds/actors.js';
import { sourceOf } from '../support/worlds/renter-world.js';
import { createSteppedWorld, terms } from './in-steps.js';
import { contentsOf, expectAllBack, filesOf, putAll } from './small-files.js';

const names = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace'];

describe('A crate whose first slab is small', () => {
  it('is repaired in steps that a provider takes before it signs', async () => {
    const world = await createSteppedWorld({ names, limits: { crateParts: 2, stepsInFlight: 1 } });
    const contents = contentsOf(1, 1, ...Array.from({ length: 20 }, () => 1_024));
    await world.during(putAll(world.renter, filesOf(contents)));
    const [deal] = await collect(world.catalogue.usedDeals());
    const [found] = await world.chain.deals([deal!]);
    world.silence(world.nameOf(found!.provider));
    await world.liveTo(world.ledger.period + 1, 25);
    const { outcomes, failures } = await world.during(world.renter.repair({ periods: 20 }));
    expect(failures.map(({ error }) => error.message).filter((text) => text.includes('PENDING'))).to.deep.equal([]);
    expect(outcomes.map(({ error }) => error)).to.deep.equal([undefined]);
    await expectAllBack(world, contents);
  });
});

describe('A put of one file', () => {
  it('looks at nothing that was begun under other names', async () => {
    const world = await createSteppedWorld({ names });
    for (let index = 0; index < 100; index++) {
      const id = index.toString(16).padStart(32, '0');
      const begun = { id, name: `begun ${index}`, k: 2, n: 4, bytes: 1, slabs: 0, storedAt: 1_800_000_000_000, origin: 'a file' };
      await world.catalogue.putObject({ ...begun, state: 'placing' });
    }
    let seen = 0;
    const placing = async function* () {
      for await (const one of world.catalogue.placing()) {
        seen += 1;
        yield one;
      }
    };
    const renter = world.another({ catalogue: { ...world.catalogue, placing } });
    await world.during(renter.put({ ...terms, name: 'one', source: sourceOf(bytesOf('one', 100)) }));
    expect(seen).to.be.below(2);
  });
});

describe('One small file is repaired by name, of a crate in several deals', () => {
  it('and nothing is said or paid where nothing is lost', async () => {
    const world = await createSteppedWorld({ names });
    await world.during(putAll(world.renter, filesOf(contentsOf(...Array.from({ length: 40 }, () => 900)))));
    expect((await collect(world.catalogue.usedDeals())).length).to.be.above(4);
    const { outcomes } = await world.during(world.renter.repair({ periods: 20, objects: ['file 0'] }));
    expect(outcomes.map(({ kind, lost }) => [kind, lost.length])).to.deep.equal([]);
  });

  it('and no shard is moved at a price whose deal is well, where a provider was replaced on the way', async () => {
    const world = await createSteppedWorld({ names, limits: { stepsInFlight: 1 } });
    const contents = contentsOf(...Array.from({ length: 14 }, () => 900));
    let sectors = 0;
    world.bend('bob', ({ storeSector }) => ({
      storeSector: async (...call) => {
        if (++sectors > 4) throw new Error('no more');
        return storeSector(...call);
      },
    }));
    await world.during(putAll(world.renter, filesOf(contents), { room: 8 * 8_192 }));
    world.bend('bob');
    const before = (await collect(world.catalogue.deals())).length;
    const all = await world.during(world.renter.repair({ periods: 20 }));
    expect(all.outcomes, 'nothing is lost').to.deep.equal([]);
    const { outcomes, repairedShards } = await world.during(world.renter.repair({ periods: 20, objects: ['file 0'] }));
    expect([outcomes.length, repairedShards, (await collect(world.catalogue.deals())).length - before]).to.deep.equal([0, 0, 0]);
  });
});
