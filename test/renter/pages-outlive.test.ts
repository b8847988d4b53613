import { expect } from 'chai';
import { collect } from '../support/collect.js';
import { createKeptWorld, objectsIn, recover } from './recovering.js';
import { contentsOf, expectAllBack, filesOf, putAll } from './small-files.js';

describe('The list of what is stored', function () {
  this.timeout(120_000);

  it('outlives the deals that it was written into first', async () => {
    const world = await createKeptWorld({ names: ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan'] });
    const contents = contentsOf(...Array.from({ length: 60 }, () => 100));
    await world.during(putAll(world.renter, filesOf(contents), { periods: 60 }));
    const first = (await collect(world.catalogue.deals())).map(({ provider }) => world.nameOf(provider));
    for (const name of first) {
      world.silence(name);
      await world.liveTo(world.ledger.period + 1, 25);
      await world.during(world.renter.repair({ periods: 20 }));
      await world.during(world.renter.tidy());
    }
    await expectAllBack(world, contents);
    const on = await recover(world);
    expect((await objectsIn(on.catalogue)).size).to.equal(60);
    await expectAllBack(world, contents, on.renter);
  });
});
