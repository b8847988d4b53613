import { expect } from 'chai';
import { verifyOnly, type ShareLink } from '../../node/core/keys/share-link.js';
import { period, wei, type DealId } from '../../node/core/units.js';
import { collect } from '../support/collect.js';
import { rejectsCoded } from '../support/coded-errors.js';
import type { RenterWorld } from '../support/worlds/renter-world.js';
import type { VerifiedShare, VerifyShareOptions } from '../../node/renter/sharing/verify-share.js';
import { createKeptWorld } from './recovering.js';
import { shareLetters } from './sharing-stories.js';

const verify = (world: RenterWorld, link: ShareLink, options: VerifyShareOptions = {}): Promise<VerifiedShare> =>
  world.during(world.guest(link).verify(options));

const found = ({ providers }: VerifiedShare): readonly string[] =>
  providers.flatMap(({ shards }) => [...shards].map(([finding, count]) => `${count} ${finding}`)).sort();

/** Her shared letters, and who holds which shard of them, in the order of the shards. */
const live = async () => {
  const world = await createKeptWorld();
  const link = await shareLetters(world);
  const { places } = await world.during(world.guest(link).look());
  const shards = places.slabs[0]?.shards ?? [];
  const nameOf = async (deal: DealId) => world.nameOf((await world.chain.deal(deal))!.provider);
  const holders = await Promise.all(shards.map(async ({ deal, sector }) => ({ name: await nameOf(deal), root: sector.root })));
  return { world, link, holders };
};

describe('a stranger with a link verifies what it leads to', function () {
  this.timeout(60_000);

  it('the same by a link that reads and by one that verifies, and hears when each provider proved last', async () => {
    const { world, link } = await live();
    const { period: now } = world.ledger;
    await world.liveTo(now + 2, 0);
    for (const one of [link, verifyOnly(link)]) {
      const verified = await verify(world, one);
      expect(found(verified)).to.deep.equal(['1 held', '1 held', '1 held', '1 held']);
      expect(verified).to.deep.include({ shards: 4, wanting: [] });
      expect(verified.providers.map(({ lastProven }) => (lastProven ?? 0) > now)).to.deep.equal([true, true, true, true]);
      expect(verified.chained.size).to.equal(4);
    }
  });

  it('by all leaves, asking for nothing that is not of the share', async () => {
    const { world, link, holders } = await live();
    const bytes = new Map<string, number>();
    for (const name of holders.map((one) => one.name))
      world.bend(name, ({ readLeaves }) => ({
        readLeaves: (peer, authorization, request, signal) => {
          bytes.set(request.root, (bytes.get(request.root) ?? 0) + request.count);
          return readLeaves(peer, authorization, request, signal);
        },
      }));
    await verify(world, verifyOnly(link), { depth: 'all' });
    const { places } = await world.during(world.guest(link).look());
    for (const { sector } of places.slabs[0]?.shards ?? []) expect(bytes.get(sector.root)).to.equal(sector.leaves);
    expect(bytes.size).to.be.greaterThan(0);
  });

  it('and hears who lost a shard, who gives another and who does not answer', async () => {
    const { world, link, holders } = await live();
    const [first, second, third] = holders;
    await world.providers.get(first!.name)!.store.delete(first!.root);
    world.bend(second!.name, ({ readLeaves }) => ({
      readLeaves: async (peer, authorization, request, signal) => {
        const range = await readLeaves(peer, authorization, request, signal);
        return request.root === second!.root ? { ...range, bytes: range.bytes.map((byte) => byte ^ 1) } : range;
      },
    }));
    world.silence(third!.name);
    const verified = await verify(world, verifyOnly(link));
    expect(found(verified)).to.deep.equal(['1 held', '1 rotten', '1 silent', '1 wrong']);
    expect(verified.wanting).to.deep.equal([{ k: 2, n: 4, held: 1 }]);
  });

  it('and finds nothing once all its deals are over', async () => {
    const { world, link } = await live();
    const deals = await collect(world.catalogue.deals());
    const ends = await Promise.all(deals.map(async ({ id }) => (await world.chain.deal(id))!.end));
    await world.liveTo(period(Math.max(...ends)), 0);
    await rejectsCoded(world.during(world.guest(link).verify()), 'SHARE_NOT_FOUND');
  });

  it('of another market is told so, and where reading has a price what it is', async () => {
    const { world, link } = await live();
    await rejectsCoded(world.guest({ ...verifyOnly(link), chainId: 1n }).verify(), 'LINK_FOREIGN');
    const priced = await createKeptWorld({ provider: () => ({ ask: { egressPrice: wei(10n ** 18n) } }) });
    await rejectsCoded(priced.during(priced.guest(verifyOnly(await shareLetters(priced))).verify()), 'SHARE_READ_PRICED');
  });
});
