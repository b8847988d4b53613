import { expect } from 'chai';
import { rateUp } from '../../node/core/market/rent.js';
import type { Deal } from '../../node/core/market/deal.js';
import { LEAF_BYTES, leaves, period, wei, type DealId } from '../../node/core/units.js';
import { createMemoryCatalogue } from '../../node/storage/catalogue.js';
import { readStandings } from '../../node/renter/objects/standing.js';
import { bytesOf } from '../support/worlds/actors.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import { createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';

const names = ['bob', 'carol', 'dave', 'erin'];
const price = wei(TOKEN);
const BYTES = 3_200;
const PERIODS = 20;

/** Alice's letters at four providers, of which any two bring them back. */
const stored = async (): Promise<RenterWorld> => {
  const world = await createRenterWorld({ names, provider: () => ({ ask: { price } }) });
  const source = sourceOf(bytesOf('letters', BYTES));
  await world.during(world.renter.put({ name: 'letters', source, k: 2, n: 4, room: 0, periods: PERIODS }));
  return world;
};
/** How they stand where the deals are changed by `change`, in the order of the renter's list. */
const standingOf = async ({ renter, catalogue, chain }: RenterWorld, change = (deal: Deal, _: number): Deal => deal) => {
  const letters = await renter.object('letters');
  if (!letters) throw new Error('the letters are not stored');
  const order = (await renter.deals()).map(({ deal }) => deal.id);
  const changed = async (ids: readonly DealId[]) => (await chain.dealsNow(ids)).map((deal) => deal && change(deal, order.indexOf(deal.id)));
  const { now, of } = await readStandings({ catalogue, settlement: { ...chain, dealsNow: changed } });
  return { now, ...(await of(letters)) };
};

describe('How an object stands', () => {
  it('is how many shards are kept, until when enough of them are paid for, and what that costs', async () => {
    const world = await stored();
    const { now, kept, until, rent } = await standingOf(world);
    const ends = (await world.renter.deals()).map(({ deal }) => deal.end);
    expect([kept, until]).to.deep.equal([4, ends[0]]);
    expect(until).to.be.above(now);
    expect(rent).to.equal(4n * rateUp(price, BYTES / 2 / LEAF_BYTES));
  });

  it('is lost with fewer shards than are needed, whatever the others are lost by, and nothing is paid for those', async () => {
    const world = await stored();
    const before = await standingOf(world);
    const losses: ((deal: Deal) => Deal)[] = [
      (deal) => ({ ...deal, status: 'closed' }),
      (deal) => ({ ...deal, defaulted: { period: period(1), share: wei(0n) } }),
      (deal) => ({ ...deal, end: before.now }),
      (deal) => ({ ...deal, leaves: leaves(0) }),
    ];
    for (let lost = 1; lost <= 4; lost++) {
      const { kept, until, rent } = await standingOf(world, (deal, at) => (at < lost ? (losses[at]?.(deal) ?? deal) : deal));
      expect(kept).to.equal(4 - lost);
      expect(until).to.equal(kept >= 2 ? before.until : undefined);
      expect(rent).to.equal((before.rent * BigInt(kept)) / 4n);
    }
  });

  it('is paid for as long as any k shards are', async () => {
    const world = await stored();
    const { now } = await standingOf(world);
    const { until, kept } = await standingOf(world, (deal, at) => ({ ...deal, end: period(now + 10 * (at + 1)) }));
    expect([until, kept]).to.deep.equal([now + 30, 4]);
  });

  it('of one without content is that nothing can be missed', async () => {
    const catalogue = createMemoryCatalogue(testIdentity);
    const { chain } = await createRenterWorld({ names: [] });
    const { of } = await readStandings({ catalogue, settlement: chain });
    expect(await of({ id: 'aa', k: 2, n: 4 })).to.deep.equal({ kept: 4, until: undefined, rent: 0n });
  });
});
