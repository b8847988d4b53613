import { expect } from 'chai';
import { bytesOf } from '../support/worlds/actors.js';
import { collect } from '../support/collect.js';
import { sourceOf } from '../support/worlds/renter-world.js';
import { createSteppedWorld, SLAB, terms } from './in-steps.js';
import { contentsOf, filesOf, putAll } from './small-files.js';

describe('what lies in a deal', () => {
  it('are the objects with a shard in it, each once: those of many slabs, those in crates, and none that was deleted', async () => {
    const world = await createSteppedWorld({ names: ['bob', 'carol', 'dave', 'erin'] });
    const small = contentsOf(700, 64, 900);
    await world.during(putAll(world.renter, filesOf(small)));
    await world.during(world.renter.put({ ...terms, name: 'film', source: sourceOf(bytesOf('film', 3 * SLAB)) }));
    await world.catalogue.deleteObject((await world.catalogue.object('file 1'))!.id);
    const deals = await collect(world.catalogue.usedDeals());
    expect(deals.length).to.be.at.least(4);
    const found = await Promise.all(
      deals.map(async (deal) => (await collect(world.renter.objectsIn(deal))).map(({ name }) => name).sort()),
    );
    expect([...new Set(found.flat())].sort()).to.deep.equal(['file 0', 'file 2', 'film']);
    for (const names of found) expect(names).to.deep.equal([...new Set(names)]);
  });
});
