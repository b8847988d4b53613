import { expect } from 'chai';
import { begunCrates } from '../../node/renter/upload/begun-crates.js';
import { whileInHand } from '../../node/renter/upload/in-hand.js';
import { collect } from '../support/collect.js';
import { createSteppedWorld } from './in-steps.js';
import { contentsOf, filesOf, putAll } from './small-files.js';

const names = ['bob', 'carol', 'dave', 'erin'];

describe('What a put is in charge of', () => {
  it('is given up when it ends, however it ends, and what others are in charge of stays theirs', async () => {
    const inHand = new Set(['of another']);
    const failing = whileInHand({ inHand }, async ({ take, giveUp }) => {
      take('first');
      take('second');
      giveUp('first');
      giveUp('of another');
      expect([...inHand]).to.deep.equal(['of another', 'second']);
      throw new Error('no');
    });
    expect(await failing.catch((error: Error) => error.message)).to.equal('no');
    expect([...inHand]).to.deep.equal(['of another']);
  });
});

describe('Small files that are all deleted while their slab is on its way', () => {
  it('stay deleted, and their crate with them', async () => {
    const world = await createSteppedWorld({ names });
    const deleted: string[] = [];
    const putCrate: typeof world.catalogue.putCrate = async (crate, slabs, crated) => {
      await world.catalogue.putCrate(crate, slabs, crated);
      for (const { object } of [...(crated?.values() ?? [])].flat()) {
        deleted.push(object.id);
        await world.catalogue.deleteObject(object.id);
      }
    };
    const renter = world.another({ catalogue: { ...world.catalogue, putCrate } });
    const { stored } = await world.during(putAll(renter, filesOf(contentsOf(900, 901))));
    expect([stored.length, deleted.length]).to.deep.equal([0, 2]);
    expect(await collect(world.catalogue.objects())).to.deep.equal([]);
    expect(await collect(world.catalogue.crateUse())).to.deep.equal([]);
    expect(await collect(world.catalogue.usedDeals()), 'deals that are kept and renewed').to.deep.equal([]);
  });
});

describe('What was begun of small files', () => {
  it('is found by their names: the half-done objects of others are not looked at', async () => {
    const { catalogue } = await createSteppedWorld({ names });
    const half = { k: 2, n: 4, bytes: 0, slabs: 0, storedAt: 1, state: 'placing' } as const;
    await catalogue.putObjects(
      Array.from({ length: 100 }, (_, index) => ({ ...half, id: `${index}`.padStart(32, '0'), name: `other ${index}` })),
    );
    await catalogue.putObject({ ...half, id: 'f'.repeat(32), name: 'file 0' });
    let rows = 0;
    const counted = <Row>(found: AsyncIterable<Row>): AsyncIterable<Row> =>
      (async function* () {
        for await (const row of found) yield (rows++, row);
      })();
    const counting = { ...catalogue, placing: () => counted(catalogue.placing()), named: (name: string) => counted(catalogue.named(name)) };
    const begun = await begunCrates({ catalogue: counting, inHand: new Set() }, filesOf(contentsOf(900, 901)), { k: 2, n: 4 });
    expect([...begun.others]).to.deep.equal([['file 0', ['f'.repeat(32)]]]);
    expect(rows).to.equal(1);
  });
});
