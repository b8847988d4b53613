import { expect } from 'chai';
import { bytesOf } from '../support/worlds/actors.js';
import { collect } from '../support/collect.js';
import { rejectsCoded } from '../support/coded-errors.js';
import type { ProviderService } from '../../node/ports/link.js';
import { sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { period, type DealId } from '../../node/core/units.js';
import { createKeptWorld, objectsIn, recover } from './recovering.js';
import { expectRead, forEver, letters, openAsGuest, shareLetters, terms } from './sharing-stories.js';

const holdersOf = async (world: RenterWorld): Promise<readonly string[]> => {
  const object = await world.catalogue.object('private/letters');
  const slab = await world.catalogue.slab(object?.id ?? '', 0);
  const deals = await Promise.all((slab?.shards ?? []).map(({ deal }) => world.catalogue.deal(deal)));
  return deals.map((deal) => world.nameOf(deal?.provider ?? world.addressOf('alice')));
};

const holderOf = async (world: RenterWorld, deal: DealId): Promise<string> =>
  world.nameOf((await world.catalogue.deal(deal))?.provider ?? world.addressOf('alice'));

/** What a provider listed at one time, for ever. */
const frozenListing = async (world: RenterWorld, name: string, deal: DealId) => {
  const record = await world.catalogue.deal(deal);
  const signed = record?.current;
  if (!signed) throw new Error('nothing is signed');
  const sectors = await collect(world.catalogue.sectors(deal, signed.revision.number));
  return () => world.bend(name, () => ({ listSectors: async () => ({ signed, sectors }) }));
};

describe('A link', () => {
  it('leads to where the file lies now, after a provider has left and its shard was made anew', async () => {
    const world = await createKeptWorld();
    const link = await shareLetters(world);
    const [gone = ''] = await holdersOf(world);
    world.silence(gone);
    await world.liveTo(world.ledger.period + 5, 5);
    const { repairedShards } = await world.during(world.renter.repair({ periods: 20 }));
    expect(repairedShards).to.equal(1);
    await world.during(world.renter.refreshShares());
    const { guest, opened } = await openAsGuest(world, link);
    expect(opened.places.number).to.equal(2);
    const holders = await holdersOf(world);
    expect(holders).not.to.include(gone);
    for (const name of holders.slice(0, 2)) world.silence(name);
    await expectRead(world, guest, 'letters', letters);
  });

  it('outlives renewal, and is found behind much that was stored later', async () => {
    const world = await createKeptWorld();
    const link = await shareLetters(world);
    const before = await collect(world.catalogue.boards());
    for (let index = 0; index < 18; index++) {
      await world.during(world.renter.put({ name: `note ${index}`, source: sourceOf(bytesOf(`note ${index}`, 100)), ...terms }));
      await world.during(world.renter.refreshShares());
    }
    const after = await collect(world.catalogue.boards());
    expect(after.map(({ sector }) => sector.root)).not.to.deep.equal(before.map(({ sector }) => sector.root));
    expect(after.map(({ manifests }) => manifests)).to.deep.equal(before.map(({ manifests }) => manifests));
    await world.during(world.renter.renew({ ahead: 30, periods: 40 }));
    await world.during(world.renter.refreshShares());
    const { guest } = await openAsGuest(world, link);
    await expectRead(world, guest, 'letters', letters);
  });

  it('opens the newest list of all that any provider gives, and says who gave an older one', async () => {
    const world = await createKeptWorld();
    await world.during(world.renter.put({ name: 'trip/letters', source: sourceOf(letters), ...terms }));
    const { link } = await world.during(world.renter.share({ name: 'trip', until: forEver }));
    const boards = await collect(world.catalogue.boards());
    const freezes = await Promise.all(boards.map(async ({ deal }) => frozenListing(world, await holderOf(world, deal), deal)));
    const film = bytesOf('film', 6_000);
    await world.during(world.renter.put({ name: 'trip/film', source: sourceOf(film), ...terms }));
    await world.during(world.renter.refreshShares());
    // What the chain holds by now no provider can keep back: what it lists instead is refused.
    freezes[0]?.();
    const { guest, opened } = await openAsGuest(world, link);
    expect(opened.places.number).to.equal(2);
    expect(opened.failures.map(({ error }) => (error as { code?: string }).code)).to.deep.equal(['LISTING_UNPROVEN']);
    await expectRead(world, guest, 'trip/film', film);
    for (const freeze of freezes) freeze();
    const error = await rejectsCoded(world.during(world.guest(link).open()), 'SHARE_NOT_FOUND');
    expect(error.data).to.deep.include({ asked: 0, silent: 4 });
  });

  it('hides nothing from recovery, however many there are behind the last page', async () => {
    const world = await createKeptWorld();
    await shareLetters(world);
    for (let index = 0; index < 12; index++) await world.during(world.renter.share({ name: 'private', until: period(1_000 + index) }));
    const { catalogue } = await recover(world);
    expect([...(await objectsIn(catalogue)).keys()]).to.deep.equal(['private/letters']);
  });

  it('is held up for ever by no provider, however little it breaks off for', async () => {
    // Of each answer alone nobody here would tire.
    const world = await createKeptWorld({ silence: 600_000, limits: { lookMilliseconds: 3_000 } });
    const link = await shareLetters(world);
    const [slow = ''] = await holdersOf(world);
    world.silence(slow);
    const { guest, opened } = await openAsGuest(world, link);
    expect(opened.failures.map(({ provider, error }) => [world.nameOf(provider), (error as { code?: string }).code])).to.deep.equal([
      [slow, 'PEER_SILENT'],
    ]);
    await expectRead(world, guest, 'letters', letters);
  });

  it('is led nowhere by a provider that makes lists of its own', async () => {
    const world = await createKeptWorld();
    const link = await shareLetters(world);
    const forge = (service: ProviderService): Partial<ProviderService> => ({
      listSectors: async (...request) => {
        const listing = await service.listSectors(...request);
        return listing && { ...listing, sectors: (await Array.fromAsync(listing.sectors)).slice(1) };
      },
    });
    const [first = '', ...others] = await holdersOf(world);
    world.bend(first, forge);
    const { opened } = await openAsGuest(world, link);
    expect(opened.failures).to.have.length(1);
    for (const name of others) world.bend(name, forge);
    await rejectsCoded(world.during(world.guest(link).open()), 'SHARE_NOT_FOUND');
  });
});
