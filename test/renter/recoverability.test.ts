import { expect } from 'chai';
import { durability } from '../../node/core/market/durability.js';
import { recoverability } from '../../node/renter/recover/recoverability.js';
import { createMemoryCatalogue } from '../../node/storage/catalogue.js';
import { expectNear } from '../support/near.js';
import { bytesOf } from '../support/worlds/actors.js';
import { sourceOf } from '../support/worlds/renter-world.js';
import { createKeptWorld } from './recovering.js';

const terms = { k: 2, n: 4, periods: 20 };

describe('How surely a catalogue comes back from the deals', () => {
  it('is as its pages are coded, and says what no page tells', async () => {
    const world = await createKeptWorld();
    expect(await recoverability(world.catalogue, 0.75)).to.deep.equal({ untold: false, pages: 0, deals: 0, spare: 0, chance: 0 });
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(bytesOf('letters', 3_000)), ...terms }));
    const stored = await recoverability(world.catalogue, 0.75);
    expect(stored).to.deep.include({ pages: 1, deals: 4, spare: 3 });
    expectNear(stored.chance, durability(1, 4, 0.75), 1e-12);
    await world.during(world.renter.tidy());
    expect((await recoverability(world.catalogue, 0.75)).untold).to.equal(false);
    await world.catalogue.deleteObject((await world.catalogue.object('letters'))?.id as string);
    expect((await recoverability(world.catalogue, 0.75)).untold).to.equal(true);
  });

  it('is nothing where the deals of a page keep nothing any more', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(bytesOf('letters', 3_000)), ...terms }));
    const forgetful = createMemoryCatalogue(world.ledger.identity);
    for await (const page of world.catalogue.allPages()) await forgetful.putPage(page);
    expect(await recoverability(forgetful, 0.75)).to.deep.include({ pages: 1, spare: -1, chance: 0 });
  });
});
