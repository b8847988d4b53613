import { expect } from 'chai';
import { shardLeaves } from '../../node/core/data/slab.js';
import { leaves } from '../../node/core/units.js';
import type { Crate, CratedObject, ObjectRecord, SlabRecord, StoredObject } from '../../node/ports/catalogue.js';
import type { RecoveredState } from '../../node/renter/recover/decide-recovery.js';
import { fillCatalogue } from '../../node/renter/recover/fill-catalogue.js';
import { createMemoryCatalogue } from '../../node/storage/catalogue.js';
import { collect } from '../support/collect.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { dealNamed, sectorNamed } from '../storage/sample-sectors.js';

const BYTES = 100;
const sha256 = sectorNamed('content').root;
const id = (number: number): string => number.toString(16).padStart(32, '0');
const [shape, silent] = [{ k: 1, n: 2 } as const, { report: () => undefined }];
const object = (number: number): StoredObject => ({
  ...{ id: id(number), name: `file ${number}`, bytes: BYTES, sha256, storedAt: number, slabs: 1, state: 'stored', ...shape },
});
const crate = (number: number): Crate => ({ state: 'crate', id: id(number), name: 'small', storedAt: number, slabs: 1, ...shape });
const slabOf = (number: number, parts: number): SlabRecord => ({
  length: parts * shardLeaves(BYTES, 1) * 32,
  sha256,
  shards: [dealNamed('Bob'), dealNamed('Carol')].map((deal, shard) => ({
    ...{ shard, deal, sector: sectorNamed(`crate ${number} ${shard}`, parts * shardLeaves(BYTES, 1)), attempt: 0 },
  })),
});
const inCrate = (numbers: readonly number[]): readonly CratedObject[] =>
  numbers.map((number, index) => ({ object: object(number), length: BYTES, sha256, from: leaves(index * shardLeaves(BYTES, 1)) }));
/** A crate of these objects, of which some lie in it yet. */
const crateOf = (number: number, objects: readonly number[], living: readonly number[]): RecoveredState['crates'][number] => ({
  crate: crate(number),
  slabs: [
    {
      index: 0,
      slab: slabOf(number, objects.length),
      parts: inCrate(objects).map(({ object: { id: own }, length, from }) => ({ object: own, length, from })),
      packed: inCrate(objects).filter(({ object: one }) => living.map(id).includes(one.id)),
    },
  ],
});
const nothing = {
  ...{ objects: [], unfinished: [], gone: [], uncertain: [], deleted: [], last: 100 },
  stampOf: () => ({ machine: 'ab', number: 50 }),
};
/** File 2 was moved out of crate 11. */
const moved: RecoveredState = { ...nothing, crates: [crateOf(11, [1, 2, 3], [1]), crateOf(12, [2], [2])] };

describe('A catalogue that is filled from what pages tell', () => {
  const names = (objects: readonly ObjectRecord[]): readonly string[] => objects.map(({ name }) => name).sort();

  it('has all that lies in crates where it lies now, also if it is interrupted after any write', async () => {
    const catalogue = createMemoryCatalogue(testIdentity);
    const [stop, enough] = [new AbortController(), new Error('interrupted')];
    const report = (): void => stop.abort(enough);
    expect(await fillCatalogue(catalogue, moved, { signal: stop.signal, report }).catch((error: unknown) => error)).to.equal(enough);
    expect(names(await collect<ObjectRecord>(catalogue.objects()))).to.deep.equal(['file 1']);
    await fillCatalogue(catalogue, moved, silent);
    expect(names(await collect<ObjectRecord>(catalogue.objects()))).to.deep.equal(['file 1', 'file 2']);
    expect((await catalogue.slab(id(2), 0))?.within).to.deep.equal({ crate: id(12), slab: 0, from: leaves(0) });
    expect(await collect(catalogue.parts(id(11), 0))).to.deep.equal(moved.crates[0]?.slabs[0]?.parts);
    expect(await catalogue.useOf(id(11), 0)).to.equal(shardLeaves(BYTES, 1));
    expect(await collect(catalogue.holedSlabs())).to.deep.equal([{ crate: id(11), slab: 0 }]);
    expect(await collect(catalogue.freedDeals())).to.deep.equal([]);
  });

  it('leaves what it has where that lies, though an older page tells of another place', async () => {
    const catalogue = createMemoryCatalogue(testIdentity);
    await catalogue.putCrate(crate(12), new Map([[0, slabOf(12, 1)]]), new Map([[0, inCrate([2])]]));
    const older: RecoveredState = { ...nothing, stampOf: () => ({ machine: 'ab', number: 1 }), crates: [crateOf(11, [1, 2], [1, 2])] };
    await fillCatalogue(catalogue, older, silent);
    expect((await catalogue.slab(id(2), 0))?.within?.crate).to.equal(id(12));
    expect((await catalogue.slab(id(1), 0))?.within?.crate).to.equal(id(11));
    expect(await collect(catalogue.freedDeals())).to.deep.equal([]);
  });
});
