import { expect } from 'chai';
import { leaves } from '../../node/core/units.js';
import { collect } from '../support/collect.js';
import { createRecordedSink, sourceOf } from '../support/worlds/renter-world.js';
import { createSteppedWorld, STEP } from './in-steps.js';
import { mortal } from './mortal.js';
import { filesOf, putAll } from './small-files.js';
import { randomOf, watchKeys } from './watched-keys.js';
import { bytesOf } from '../support/worlds/actors.js';

const seeds = [1, 2, 3];

describe('Runs of small files that die anywhere, with other files each time', function () {
  this.timeout(110_000);
  for (const seed of seeds)
    it(`keep what counts as stored, and no key for two contents: ${seed}`, async () => {
      const random = randomOf(seed);
      let now = 1_800_000_000_000;
      const world = await createSteppedWorld({
        names: ['bob', 'carol', 'dave', 'erin', 'frank', 'grace'],
        limits: { stepsInFlight: 1 + random(3), crateParts: 2 + random(5) },
        provider: () => ({ policy: { maxPendingLeaves: leaves(4_096) } }),
        now: () => now++,
        onCoded: watchKeys(),
      });
      for (const name of ['bob', 'carol', 'dave', 'erin', 'frank'])
        world.bend(name, ({ storeSector, signRevision }) => ({
          storeSector: async (...call) => {
            if (random(60) === 0) throw new Error('no');
            return storeSector(...call);
          },
          signRevision: async (...call) => {
            if (random(25) === 0) throw new Error('no');
            const signed = await signRevision(...call);
            if (random(25) === 0) throw new Error('signed, and not said');
            return signed;
          },
        }));
      const versions = new Map<string, number>();
      const contentOf = (name: string): Uint8Array =>
        bytesOf(`${name} ${versions.get(name) ?? 0}`, 1 + ((name.charCodeAt(5) * 331 + (versions.get(name) ?? 0) * 77) % 2_048));
      const all = Array.from({ length: 14 }, (_, index) => `file ${String.fromCharCode(97 + index)}`);
      const expected = new Map<string, Uint8Array>();
      for (let turn = 0; turn < 9; turn++) {
        const names = all.filter(() => random(3) > 0);
        if (random(2)) names.reverse();
        for (const name of names) if (random(8) === 0) versions.set(name, (versions.get(name) ?? 0) + 1);
        const files = filesOf(new Map(names.map((name) => [name, contentOf(name)] as const))).map((file) => {
          let opened = 0;
          const open: typeof file.open = async () => {
            const source = await file.open();
            if (random(40) === 0) throw new Error('gone');
            if (opened++ === 0 || random(4) > 0) return source;
            return { ...source, read: async (offset, length) => (await source.read(offset, length)).map((byte) => byte ^ 1) };
          };
          return { ...file, open };
        });
        const process = mortal(world.catalogue, world.chain, { write: 1 + random(60), when: random(2) ? 'before' : 'after' });
        const shape = random(5) === 0 ? { k: 2, n: 3 } : {};
        const contents = new Map(names.map((name) => [name, contentOf(name)] as const));
        const onStored = (objects: readonly { id: string; name: string }[]): void => {
          for (const { id, name } of objects) expected.set(id, contents.get(name)!);
        };
        const room = random(2) * 8 * STEP;
        const renter = world.another(process);
        await world.during(putAll(renter, files, { onStored, onFailed: () => undefined, room, ...shape })).catch((error: Error) => {
          if (!/killed|needed|changed while it was read|gone/.test(error.message)) throw error;
        });
        if (random(3) === 0) {
          const name = all[random(all.length)]!;
          await world.during(
            world
              .another()
              .put({ k: 2, n: 4, periods: 20, room: 0, name, source: sourceOf(contentOf(name)) })
              .catch(() => undefined),
          );
        }
        for (const id of [...expected.keys()])
          if (random(9) === 0) {
            await world.catalogue.deleteObject(id);
            expected.delete(id);
          }
        if (turn === 4) {
          world.silence('grace');
          await world.liveTo(world.ledger.period + 1, 25);
          await world.during(world.renter.repair({ periods: 20, eachForItself: true }).catch(() => undefined));
        }
        const uses = new Map(
          (await collect(world.catalogue.crateUse())).map(({ crate, slab, leaves: count }) => [`${crate} ${slab}`, count]),
        );
        const counted = new Map<string, number>();
        for (const object of await collect(world.catalogue.objects()))
          for (const [, slab] of await collect(world.catalogue.slabs(object.id)))
            if (slab.within) {
              const key = `${slab.within.crate} ${slab.within.slab}`;
              counted.set(key, (counted.get(key) ?? 0) + Math.ceil(slab.length / object.k / 32));
            }
        expect([...uses].sort()).to.deep.equal([...counted].sort());
      }
      for (const object of await collect(world.catalogue.objects()))
        if (object.state === 'stored') expect(object.slabs, object.name).to.equal((await collect(world.catalogue.slabs(object.id))).length);
      for (const [id, bytes] of expected) {
        const sink = createRecordedSink();
        await world.during(world.renter.get({ object: id, sink }));
        expect(Buffer.compare(sink.bytes, bytes), id).to.equal(0);
      }
      for (const { id } of await collect(world.catalogue.objects())) await world.catalogue.deleteObject(id);
      expect(await collect(world.catalogue.usedDeals())).to.deep.equal([]);
    });
});
