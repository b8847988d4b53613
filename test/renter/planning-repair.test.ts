import { expect } from 'chai';
import type { DealId } from '../../node/core/units.js';
import type { Catalogue, SlabRecord, StoredObject } from '../../node/ports/catalogue.js';
import type { RenterContext } from '../../node/renter/context.js';
import { defaultLimits } from '../../node/renter/limits.js';
import type { DealHealth } from '../../node/renter/repair/decide-repair.js';
import { planRepairs, runsOf } from '../../node/renter/repair/plan-repair.js';
import { createMemoryCatalogue } from '../../node/storage/catalogue.js';
import { collect } from '../support/collect.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { hashOf } from '../support/worlds/actors.js';
import { idOf, sectorOf } from './sample-deals.js';

const object = (id: string, slabs: number): StoredObject => ({
  ...{ id, name: id, bytes: 100 * slabs, sha256: hashOf(id), storedAt: 1 },
  ...{ k: 2, n: 3, state: 'stored', slabs },
});
const slab = (id: string, index: number, holders: readonly string[]): SlabRecord => ({
  length: 100,
  sha256: hashOf(`${id} ${index}`),
  shards: holders.map((name, shard) => ({ shard, deal: idOf(name), sector: sectorOf(`${id} ${index} ${name}`), attempt: 0 })),
});

/** A catalogue in which each slab of each object lies with the named providers. */
const catalogueOf = async (objects: Readonly<Record<string, readonly (readonly string[])[]>>) => {
  const catalogue = createMemoryCatalogue(testIdentity);
  for (const [id, slabs] of Object.entries(objects))
    await catalogue.putObject(object(id, slabs.length), new Map(slabs.map((holders, index) => [index, slab(id, index, holders)])));
  return catalogue;
};
const lost = (...names: readonly string[]): ReadonlyMap<DealId, DealHealth> =>
  new Map(names.map((name) => [idOf(name), { state: 'lost', reason: `${name} is gone` }]));
const contextOf = (catalogue: Catalogue): RenterContext => ({ catalogue, limits: defaultLimits }) as RenterContext;
const healthy = (names: readonly string[]) => names.map((name) => [idOf(name), { state: 'healthy', reason: '' }] as const);

const ABC = ['bob', 'carol', 'dave'];
const ABE = ['bob', 'carol', 'erin'];
const CDE = ['carol', 'dave', 'erin'];

describe('What is to be repaired', () => {
  it('is found from the deals that are lost: nothing is read of other objects', async () => {
    const catalogue = await catalogueOf({ hurt: [CDE, ABC], whole: [CDE, CDE], half: [ABC] });
    const { sha256: _, ...half } = object('half', 1);
    await catalogue.putObject({ ...half, state: 'placing' });
    const read: string[] = [];
    const watched: Catalogue = { ...catalogue, slabs: (id, from) => (read.push(id), catalogue.slabs(id, from)) };
    const health = new Map([...healthy(['carol', 'dave', 'erin']), ...lost('bob')]);
    const actions = await planRepairs(contextOf(watched), undefined, { health });
    expect(actions).to.deep.equal([
      {
        kind: 'move',
        owner: object('hurt', 2),
        bytes: 100,
        lost: [{ shard: 0, deal: idOf('bob'), attempt: 1, reason: 'bob is gone', readable: false }],
      },
    ]);
    expect(read, 'neither what is whole nor what is half done').to.deep.equal(['hurt']);
  });

  it('is hopeless for an object of which one slab is', async () => {
    const catalogue = await catalogueOf({ hurt: [ABC, CDE] });
    const health = new Map([...healthy(['dave', 'erin']), ...lost('bob', 'carol')]);
    const [action] = await planRepairs(contextOf(catalogue), undefined, { health });
    expect([action?.kind, action?.bytes]).to.deep.equal(['hopeless', 200]);
    expect(action?.lost.map(({ shard, deal }) => [shard, deal])).to.deep.equal([
      [0, idOf('bob')],
      [1, idOf('carol')],
      [0, idOf('carol')],
    ]);
  });

  it('goes in runs of slabs that follow each other and lie alike, without those that are whole', async () => {
    const catalogue = await catalogueOf({ hurt: [ABC, ABC, ABE, CDE, ABC, ABC] });
    const health = new Map([...healthy(['carol', 'dave', 'erin']), ...lost('bob')]);
    const runs = await collect(runsOf(contextOf(catalogue), object('hurt', 6), { health }));
    expect(runs.map(({ slabs }) => [...slabs.keys()])).to.deep.equal([[0, 1], [2], [4, 5]]);
    for (const { slabs, lost: shards } of runs) {
      expect(shards.map(({ deal }) => deal)).to.deep.equal([idOf('bob')]);
      for (const [index, record] of slabs) expect(record).to.deep.equal(await catalogue.slab('hurt', index));
    }
  });
});
