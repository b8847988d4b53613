import { expect } from 'chai';
import { verifyOnly } from '../../node/core/keys/share-link.js';
import { address, period, wei } from '../../node/core/units.js';
import { collect } from '../support/collect.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { bytesOf } from '../support/worlds/actors.js';
import { sourceOf } from '../support/worlds/renter-world.js';
import { createKeptWorld } from './recovering.js';
import { pricedLines } from '../../node/cli/commands/share.js';
import { expectRead, forEver, letters, openAsGuest, shareLetters, terms } from './sharing-stories.js';
import { contentsOf, filesOf, putAll } from './small-files.js';

describe('Alice shares a file, and somebody without a wallet has the link', () => {
  it('who reads it, and knows its own name alone', async () => {
    const world = await createKeptWorld();
    const { guest, opened } = await openAsGuest(world, await shareLetters(world));
    expect(opened.contents).to.include({ name: 'letters', isFolder: false });
    expect(opened).to.deep.include({ older: 0, failures: [] });
    // Of each deal's list no more is kept than its number: a list of 4 MiB may take thirty times as much when it is read.
    expect(opened.looked.map(({ manifest }) => manifest)).to.deep.equal([1, 1, 1, 1]);
    await expectRead(world, guest, 'letters', letters);
  });

  it('who cannot open what only verifies', async () => {
    const world = await createKeptWorld();
    const link = verifyOnly(await shareLetters(world));
    await rejectsCoded(world.during(world.guest(link).open()), 'LINK_VERIFIES_ONLY');
    const looked = await world.during(world.guest(link).look());
    expect(looked.contents).to.equal(undefined);
    expect(looked.places.slabs.map(({ shards }) => shards.length)).to.deep.equal([4]);
  });

  it('of another market or chain, or of a time that is over, is told so at once', async () => {
    const world = await createKeptWorld();
    const link = await shareLetters(world, period(world.ledger.period + 3));
    const market = address(`0x${'99'.repeat(20)}`);
    expect((await rejectsCoded(world.guest({ ...link, market }).open(), 'LINK_FOREIGN')).data).to.include({ found: market });
    await rejectsCoded(world.guest({ ...link, chainId: 1n }).open(), 'LINK_FOREIGN');
    await openAsGuest(world, link);
    await world.liveTo(world.ledger.period + 4, 0);
    await rejectsCoded(world.guest(link).open(), 'SHARE_ENDED');
    expect((await world.during(world.renter.refreshShares())).ended.map(({ name }) => name)).to.deep.equal(['private/letters']);
    expect(await collect(world.catalogue.shares())).to.deep.equal([]);
  });

  it('finds nothing once it is ended, and its providers keep nothing of it', async () => {
    const world = await createKeptWorld();
    const link = await shareLetters(world);
    const [shared] = await world.renter.shares();
    const before = await collect(world.catalogue.boards());
    expect(before).to.have.length(4);
    const { failures } = await world.during(world.renter.unshare(shared?.share.id ?? ''));
    expect(failures).to.deep.equal([]);
    const error = await rejectsCoded(world.during(world.guest(link).open()), 'SHARE_NOT_FOUND');
    expect(error.data).to.deep.include({ asked: 4, silent: 0 });
    for (const { deal, sector, manifests } of before) {
      const number = (await world.catalogue.deal(deal))?.current?.revision.number ?? 0n;
      for (const { root } of [sector, ...manifests.map((one) => one.sector)])
        expect(await world.catalogue.timesNamed(deal, number, root)).to.equal(0);
    }
    await rejectsCoded(world.renter.unshare(shared?.share.id ?? ''), 'SHARE_MISSING');
  });

  it('finds nothing once the file is deleted', async () => {
    const world = await createKeptWorld();
    const link = await shareLetters(world);
    await world.catalogue.deleteObject((await world.catalogue.object('private/letters'))?.id ?? '');
    expect((await world.during(world.renter.refreshShares())).ended).to.have.length(1);
    await world.during(world.renter.tidy());
    await rejectsCoded(world.during(world.guest(link).open()), 'SHARE_NOT_FOUND');
  });

  it('goes on leading to it under the name it was shared by, wherever she moves it', async () => {
    const world = await createKeptWorld();
    const link = await shareLetters(world);
    const object = await world.catalogue.object('private/letters');
    if (!object) throw new Error('the letters are gone');
    for (const name of ['plans/secret merger/letters', 'x', 'private/notes']) {
      await world.catalogue.putObjects([{ ...object, name }]);
      await world.during(world.renter.refreshShares());
      const { guest, opened } = await openAsGuest(world, link);
      expect(opened.contents).to.include({ name: 'letters', isFolder: false });
      expect((await collect(guest.objects())).map((one) => one.name)).to.deep.equal(['letters']);
      await expectRead(world, guest, 'letters', letters);
    }
  });

  it('has the same link when it is shared again, and a revision is signed for neither', async () => {
    const world = await createKeptWorld();
    const link = await shareLetters(world);
    const numbers = async () => (await collect(world.catalogue.deals())).map(({ current }) => current?.revision.number);
    const before = await numbers();
    const object = (await world.catalogue.object('private/letters'))?.id;
    const again = await world.during(world.renter.share({ name: 'private/letters', object, until: forEver }));
    expect(again.link).to.deep.equal(link);
    expect(await numbers()).to.deep.equal(before);
  });

  it('may read, and do nothing else in her name', async () => {
    const world = await createKeptWorld();
    const link = await shareLetters(world);
    const asked: string[] = [];
    for (const name of ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'])
      world.bend(name, (service) => ({
        readLeaves: async (peer, authorization, request, signal) => {
          const sector = { root: request.root, leaves: request.count };
          for (const verb of [
            service.admitSector(peer, authorization, sector, signal),
            service.storeSector(peer, authorization, sector, new Uint8Array(32), signal),
          ])
            asked.push((await rejectsCoded(verb, 'AUTHORIZATION_INVALID')).message);
          return service.readLeaves(peer, authorization, request, signal);
        },
      }));
    await openAsGuest(world, link);
    expect(new Set(asked.map((text) => /grants reading, and nothing else/.test(text)))).to.deep.equal(new Set([true]));
  });

  it('where reading has a price is told what it is, and reads nothing', async () => {
    const world = await createKeptWorld({ provider: () => ({ ask: { egressPrice: wei(3n * 10n ** 18n) } }) });
    const link = await shareLetters(world);
    const error = await rejectsCoded(world.during(world.guest(link).open()), 'SHARE_READ_PRICED');
    expect(error.data).to.deep.include({ price: 3n * 10n ** 18n });
  });

  it('where reading has a price is not given away unwarned: Alice hears in how many deals, and only then', async () => {
    const shared = async (world: Awaited<ReturnType<typeof createKeptWorld>>) => {
      await shareLetters(world);
      const object = (await world.catalogue.object('private/letters'))?.id;
      return await world.during(world.renter.share({ name: 'private/letters', object, until: forEver }));
    };
    const priced = await shared(await createKeptWorld({ provider: () => ({ ask: { egressPrice: wei(3n * 10n ** 18n) } }) }));
    expect(priced.priced).to.equal(priced.deals);
    expect(pricedLines(priced).join('')).to.include('--max-egress-price 0');
    const free = await shared(await createKeptWorld());
    expect(free.priced).to.equal(0);
    expect(pricedLines(free)).to.deep.equal([]);
  });
});

describe('a folder that Alice shares', () => {
  it('is all that is in it, small and large, as it changes, and nothing beside it', async () => {
    const world = await createKeptWorld();
    const small = new Map([...contentsOf(10, 700, 3_000)].map(([name, bytes]) => [`trip/day 1/${name}`, bytes]));
    await world.during(putAll(world.renter, filesOf(small)));
    await world.during(putAll(world.renter, filesOf(new Map([['secret', bytesOf('secret', 500)]]))));
    const { link } = await world.during(world.renter.share({ name: 'trip/day 1', until: forEver }));
    const first = await openAsGuest(world, link);
    expect((await collect(first.guest.objects())).map(({ name }) => name).sort()).to.deep.equal([
      'day 1/file 0',
      'day 1/file 1',
      'day 1/file 2',
    ]);
    for (const [name, bytes] of small) await expectRead(world, first.guest, name.slice('trip/'.length), bytes);

    const film = bytesOf('film', 60_000);
    await world.during(world.renter.put({ name: 'trip/day 1/film', source: sourceOf(film), ...terms }));
    await world.catalogue.deleteObject((await world.catalogue.object('trip/day 1/file 1'))?.id ?? '');
    await world.during(world.renter.refreshShares());
    const second = await openAsGuest(world, link);
    expect(second.opened.places.number).to.equal(first.opened.places.number + 1);
    expect((await collect(second.guest.objects())).map(({ name }) => name).sort()).to.deep.equal([
      'day 1/file 0',
      'day 1/file 2',
      'day 1/film',
    ]);
    await expectRead(world, second.guest, 'day 1/film', film);
  });
});
