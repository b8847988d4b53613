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
