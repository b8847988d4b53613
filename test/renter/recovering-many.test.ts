import { expect } from 'chai';
import { LEAF_BYTES } from '../../node/core/units.js';
import type { StoredObject } from '../../node/ports/catalogue.js';
import { bytesOf } from '../support/worlds/actors.js';
import { collect } from '../support/collect.js';
import { shardsOf } from '../support/stored-slabs.js';
import { sourceOf } from '../support/worlds/renter-world.js';
import { createKeptWorld, recover } from './recovering.js';
import { fillWith } from './recovering-many.js';

const names = Array.from({ length: 12 }, (_, index) => `provider ${index}`);
const terms = { k: 4, n: 12, periods: 20, room: 64 << 20 };

describe('A catalogue of many objects', () => {
  it('comes back in three rounds of requests, and costs later puts no more than themselves', async () => {
    const count = 6_000;
    const world = await createKeptWorld({ names, limits: { pageLeaves: 1 << 17 } });
    const put = async (name: string): Promise<StoredObject> => {
      const { object } = await world.during(world.renter.put({ name, source: sourceOf(bytesOf(name, 3_000)), ...terms }));
      return object;
    };
    await fillWith(world.catalogue, count, await shardsOf(world.catalogue, await put('first')), 4);
    await put('second');
    await put('third');
    const added: number[] = [];
    for await (const { id, current } of world.catalogue.deals()) {
      const sectors = await collect(world.catalogue.sectors(id, current?.revision.number ?? 0n));
      const [large, small] = [sectors.at(-3)?.leaves ?? 0, sectors.at(-1)?.leaves ?? 0];
      expect((large * LEAF_BYTES * 4) / count).to.be.below(240);
      added.push(small * LEAF_BYTES);
    }
    expect(Math.max(...added)).to.be.below(2_048);

    const reads = new Map<string, number>();
    for (const name of names)
      world.bend(name, (service) => ({
        readLeaves: (...call) => {
          reads.set(name, (reads.get(name) ?? 0) + 1);
          return service.readLeaves(...call);
        },
      }));
    const { result } = await recover(world);
    expect(result.recovered.objects).to.equal(count + 3);
    expect([result.missing, result.failures]).to.deep.equal([[], []]);
    // The ends of the lists; of the two pages before, which four of twelve give, the ranges of 256 KiB.
    const sum = [...reads.values()].reduce((all, one) => all + one, 0);
    expect(reads.size).to.equal(12);
    expect(Math.max(...reads.values())).to.be.below(5);
    expect(sum).to.be.at.most(12 + 4 * 4);
  });
});
