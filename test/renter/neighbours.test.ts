import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fetchObjects, type FetchResult } from '../../node/app/files/fetch-objects.js';
import { bytesInCrate } from '../../node/core/data/crate-layout.js';
import { leaves } from '../../node/core/units.js';
import type { StoredObject } from '../../node/ports/catalogue.js';
import { collect } from '../support/collect.js';
import { withDirectory } from '../support/temporary-directory.js';
import type { RenterWorld, RenterWorldOptions } from '../support/worlds/renter-world.js';
import { createSteppedWorld, SLAB } from './in-steps.js';
import { contentsOf, filesOf, putAll, type Contents } from './small-files.js';

const names = ['bob', 'carol', 'dave', 'erin'];
/** Two slabs of a crate and a part of one. */
const mixed = contentsOf(1, 700, 64, 65, 500, 31, SLAB, 3, 900, 200);

/** Alice has stored the files; `reads` counts what providers were asked for since. */
const stored = async (contents: Contents, options: RenterWorldOptions = {}): Promise<{ world: RenterWorld; reads: () => number }> => {
  const world = await createSteppedWorld({ names, provider: () => ({ policy: { maxPendingLeaves: leaves(384) } }), ...options });
  await world.during(putAll(world.renter, filesOf(contents)));
  let reads = 0;
  for (const name of names)
    world.bend(name, ({ readLeaves }) => ({
      readLeaves: (...asked) => {
        reads += 1;
        return readLeaves(...asked);
      },
    }));
  return { world, reads: () => reads };
};

const fetching = (world: RenterWorld, out: string, words: readonly string[] = [...mixed.keys()]): Promise<FetchResult> =>
  world.during(fetchObjects(world.renter, words, { out, output: new Writable({ write: (_chunk, _encoding, done) => done() }) }));

const expectThere = async (folder: string, contents: Contents): Promise<void> => {
  for (const [name, bytes] of contents) expect(Buffer.compare(await readFile(join(folder, name)), bytes), name).to.equal(0);
};

const storedIn = async ({ catalogue }: RenterWorld): Promise<StoredObject[]> =>
  (await collect(catalogue.objects())).filter((object) => object.state === 'stored');

describe('Small files that lie side by side', () => {
  it('come with one read of each shard for all of them', () =>
    withDirectory(async (folder) => {
      const { world, reads } = await stored(mixed);
      const groups = await world.renter.neighbours(await storedIn(world));
      const alone = mixed.size - groups.flat().length;
      expect([groups.length, alone]).to.deep.equal([2, 1]);
      const { fetched, failed } = await fetching(world, folder);
      expect([fetched.length, failed]).to.deep.equal([mixed.size, []]);
      expect(reads(), 'two of four shards, and a spare').to.be.within(3 * 2, 3 * 3);
      await expectThere(folder, mixed);
    }));

  it('are not read again where all are there, and alone where one of them is not', () =>
    withDirectory(async (folder) => {
      const { world, reads } = await stored(mixed);
      const before = await fetching(world, folder, ['file 0', 'file 1', 'file 3']).then(reads);
      const { fetched, present } = await fetching(world, folder, ['file 0', 'file 1', 'file 2', 'file 3']);
      expect([fetched.map(({ object }) => object.name), present.length]).to.deep.equal([['file 2'], 3]);
      expect(reads() - before).to.be.at.most(3);
      expect((await fetching(world, folder, ['file 0', 'file 1'])).present).to.have.length(2);
      expect(reads() - before).to.be.at.most(3);
    }));

  it('are none across what was deleted between them, whose bytes nobody asks for', () =>
    withDirectory(async (folder) => {
      const { world } = await stored(mixed);
      await world.catalogue.deleteObject((await world.catalogue.object('file 1'))!.id);
      const groups = await world.renter.neighbours(await storedIn(world));
      expect(groups.find((group) => group.some(({ name }) => name === 'file 0'))).to.equal(undefined);
      const rest = new Map([...mixed].filter(([name]) => name !== 'file 1'));
      expect((await fetching(world, folder, [...rest.keys()])).failed).to.deep.equal([]);
      await expectThere(folder, rest);
    }));

  it('come in groups of a bounded size', async () => {
    const { world } = await stored(mixed, { limits: { neighbourBytes: 1_024 } });
    const groups = await world.renter.neighbours(await storedIn(world));
    expect(groups).to.have.length.above(2);
    for (const group of groups) expect(group.reduce((sum, { bytes, k }) => sum + bytesInCrate(bytes, k), 0)).to.be.at.most(1_024);
  });

  it('come from others where one lies', () =>
    withDirectory(async (folder) => {
      const { world } = await stored(mixed);
      world.bend('bob', ({ readLeaves }) => ({
        readLeaves: async (...asked) => {
          const answer = await readLeaves(...asked);
          return { ...answer, bytes: answer.bytes.map((byte) => byte ^ 1) };
        },
      }));
      const { failed } = await fetching(world, folder);
      expect(failed).to.deep.equal([]);
      await expectThere(folder, mixed);
    }));

  it('are each told for themselves where too few shards are left', () =>
    withDirectory(async (folder) => {
      const { world } = await stored(mixed);
      for (const name of names.slice(1)) world.bend(name, () => ({ readLeaves: () => Promise.reject(new Error('no')) }));
      const { fetched, failed } = await fetching(world, folder);
      expect(fetched).to.deep.equal([]);
      expect(failed.map(({ name, error }) => [name, error.code])).to.deep.equal(
        [...mixed.keys()].map((name) => [name, 'OBJECT_UNAVAILABLE']),
      );
    }));
});
