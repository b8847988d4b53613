import { expect } from 'chai';
import { createRenterWorld, providerNames, sourceOf } from '../support/worlds/renter-world.js';
import { letters } from './stored-letters.js';

describe('However many deals Alice has, she asks', () => {
  it('no more of their providers at once than she may how they are, and all of them in the end', async () => {
    const world = await createRenterWorld({ limits: { dealsAtOnce: 2 } });
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 7, room: 0, periods: 20 }));
    let [asked, most] = [0, 0];
    for (const name of providerNames)
      world.bend(name, (service) => ({
        readLeaves: (...call) => {
          asked += 1;
          most = Math.max(most, asked);
          return service.readLeaves(...call).finally(() => (asked -= 1));
        },
      }));
    const health = await world.during(world.renter.health());
    expect([...health.values()].map(({ state }) => state)).to.deep.equal(providerNames.map(() => 'healthy'));
    expect(most).to.be.within(1, 2);
  });
});
