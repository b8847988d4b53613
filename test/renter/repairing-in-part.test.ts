import { expect } from 'chai';
import { leaves, wei } from '../../node/core/units.js';
import { bytesOf } from '../support/worlds/actors.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import { sourceOf } from '../support/worlds/renter-world.js';
import { createSteppedWorld, STEP, terms } from './in-steps.js';

describe('A repair', () => {
  it('moves what can be moved of a file of which other slabs are beyond help', async () => {
    const first = ['bob', 'carol', 'dave', 'erin'];
    const world = await createSteppedWorld({
      names: [...first, 'frank', 'grace', 'heidi', 'ivan', 'judy'],
      provider: (name) => (first.includes(name) ? { ask: { price: wei(TOKEN) }, policy: { capacity: leaves(256) } } : {}),
    });
    const put = { name: 'long', source: sourceOf(bytesOf('long', 4 * STEP)), ...terms };
    const { object } = await world.during(world.renter.put(put));
    const holders = async (index: number): Promise<string[]> => {
      const record = await world.catalogue.slab(object.id, index);
      const deals = await world.chain.deals((record?.shards ?? []).map(({ deal }) => deal));
      return deals.map((deal) => world.nameOf(deal!.provider)).sort();
    };
    expect(await holders(0)).to.deep.equal(first);
    const later = await holders(15);
    expect(later.filter((name) => first.includes(name))).to.deep.equal([]);
    const gone = later[0] ?? '';
    for (const name of ['bob', 'carol', 'dave', gone]) world.silence(name);
    await world.liveTo(world.ledger.period + 1, 25);
    const { outcomes, repairedShards } = await world.during(world.renter.repair({ periods: 20, room: 0 }));
    expect(outcomes.map(({ kind }) => kind)).to.deep.equal(['hopeless']);
    expect(await holders(0)).to.deep.equal(first);
    expect(await holders(15)).not.to.include(gone);
    expect(repairedShards).to.equal(8);
  });
});
