import { expect } from 'chai';
import { leaves, wei } from '../../node/core/units.js';
import { collect } from '../support/collect.js';
import { bytesOf } from '../support/worlds/actors.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import { createRecordedSink, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { createSteppedWorld, SLAB, STEP, terms } from './in-steps.js';
import { mortal } from './mortal.js';
import { filesOf, putAll } from './small-files.js';
import { randomOf, watchKeys } from './watched-keys.js';

/** A world that sees to it that no key and nonce ever encrypt two contents. */
const watchedWorld = (): Promise<RenterWorld> => {
  return createSteppedWorld({
    names: ['bob', 'carol', 'dave', 'erin', 'frank'],
    limits: { crateParts: 4, dealLeaves: 1_024 },
    provider: () => ({ policy: { maxPendingLeaves: leaves(2_048), confirmations: 2 } }),
    onCoded: watchKeys(),
  });
};

/** Rounds without anything else, until nothing is left to do. */
const quiet = async (world: RenterWorld): Promise<void> => {
  for (let round = 0; round < 5; round++) {
    await world.during(world.renter.tidy());
    await world.liveTo(world.ledger.period + 1, 25);
  }
};

/** Every sector that the deals are paid for is a shard of something, and every shard lies in a deal that names it. */
const expectBalance = async ({ chain, catalogue }: RenterWorld): Promise<void> => {
  for (const { id, current } of await collect(catalogue.deals())) {
    const [deal] = await chain.deals([id]);
    if (!deal || deal.status === 'closed') continue;
    const number = current?.revision.number ?? 0n;
    expect(deal.number).to.equal(number);
    const named = (await collect(catalogue.sectors(id, number))).map(({ root }) => root).sort();
    const placed: string[] = [];
    for (const { owner, slab, shard } of await collect(catalogue.placesIn(id)))
      placed.push((await catalogue.slab(owner, slab))!.shards.find((one) => one.shard === shard)!.sector.root);
    expect(named).to.deep.equal(placed.sort());
  }
};

describe('Files that are put, deleted and moved together, by processes that die anywhere', function () {
  this.timeout(600_000);
  for (const seed of [1, 2])
    it(`read back as long as they live, and what is paid for is what they use: ${seed}`, async () => {
      const random = randomOf(seed);
      const world = await watchedWorld();
      const living = new Map<string, Uint8Array>();
      const compact = { periods: 20, budget: wei(1_000n * TOKEN), revisionWorth: wei(0n) };
      let made = 0;
      let [died, moved] = [0, 0];
      const fresh = (length: number): readonly [string, Uint8Array] => [`file ${made++}`, bytesOf(`content ${made}`, length)];
      for (let turn = 0; turn < 12; turn++) {
        const death = { write: 1 + random(40), when: random(2) ? 'before' : 'after' } as const;
        const process = mortal(world.catalogue, world.chain, death);
        const renter = world.another(process);
        const small = new Map(Array.from({ length: 3 + random(6) }, () => fresh(1 + random(900))));
        const work = async (): Promise<void> => {
          if (random(2) === 0)
            await putAll(renter, filesOf(small), {
              room: 4 * STEP,
              onStored: (objects) => objects.forEach(({ id, name }) => living.set(id, small.get(name)!)),
            });
          if (random(3) === 0) {
            const [name, bytes] = fresh(1 + random(3 * SLAB));
            const { object } = await renter.put({ ...terms, name, source: sourceOf(bytes), room: 4 * STEP });
            living.set(object.id, bytes);
          }
          if (random(3) > 0) await renter.tidy();
          moved += (await renter.compact(compact)).moved;
        };
        await world.during(work()).catch((error: Error) => {
          if (!/killed/.test(error.message)) throw error;
        });
        died += Number(process.dead());
        for (const id of [...living.keys()])
          if (random(3) === 0) {
            await world.catalogue.deleteObject(id);
            living.delete(id);
          }
        if (random(3) === 0) await world.liveTo(world.ledger.period + 1, 25);
      }
      for (const { id, state } of await collect(world.catalogue.objects())) if (state === 'placing') await world.catalogue.deleteObject(id);
      await quiet(world);
      moved += (await world.during(world.renter.compact(compact))).moved;
      await quiet(world);
      await expectBalance(world);
      expect(Math.min(died, moved), 'some die, and some files move').to.be.greaterThan(0);
      expect((await collect(world.catalogue.objects())).map(({ id }) => id).sort()).to.deep.equal([...living.keys()].sort());
      for (const [id, bytes] of living) {
        const sink = createRecordedSink();
        await world.during(world.renter.get({ object: id, sink }));
        expect(Buffer.compare(sink.bytes, bytes), id).to.equal(0);
      }
    });
});
