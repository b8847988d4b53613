import { expect } from 'chai';
import { fromHex } from '../../node/core/data/bytes.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createProviderWorld, liveTo } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const HOUR = 3_600_000;

describe('Mallory uploads the root of a sector as a sector of its own, reads it, and stores the other in its place', () => {
  it('and Bob proves all the same', async () => {
    const world = await createProviderWorld();
    const { ledger, provider, clock } = world;
    const mallory = await TestRenter.open({ ledger, provider: world.address, name: 'mallory' });
    const letter = contentOf(bytesOf('a letter', 3_200));
    const decoy = contentOf(fromHex(letter.sector.root));
    expect(decoy.sector.root).to.equal(letter.sector.root);
    await mallory.upload(provider.service, decoy);
    await mallory.read(provider.service, decoy.sector, 1);
    await liveTo(ledger, provider, 1, 2);
    clock.advance(7 * HOUR);
    await liveTo(ledger, provider, 1, 4);
    expect(await world.journal.holds(mallory.deal, decoy.sector.root)).to.equal(false);
    await mallory.put(provider.service, [letter]);
    await liveTo(ledger, provider, 5, 25);
    expect(world.log.events('alarm')).to.deep.equal([]);
    expect((await world.ownerChain.provider(world.address))?.lastProven).to.equal(5);
  });
});
