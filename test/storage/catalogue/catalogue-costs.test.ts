import { expect } from 'chai';
import type { SlabRecord, StoredObject } from '../../../node/ports/catalogue.js';
import { catalogueOn } from '../../../node/storage/catalogue.js';
import { catalogueSpaces } from '../../../node/storage/layout.js';
import { createMemoryRows } from '../../../node/storage/rows/memory-rows.js';
import type { Rows } from '../../../node/storage/rows/rows.js';
import { collect } from '../../support/collect.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { dealNamed, sectorNamed } from '../sample-sectors.js';

const SHARDS = 3;

const object = (number: number, slabs = 2): StoredObject => ({
  ...{ id: `${number}`, name: `file ${number}`, bytes: 10, sha256: sectorNamed(`content ${number}`).root, storedAt: number },
  ...{ k: 1, n: SHARDS, state: 'stored', slabs },
});
const slab = (number: number, index: number, shards = SHARDS): SlabRecord => ({
  length: 5,
  sha256: sectorNamed(`plain ${number} ${index}`).root,
  shards: Array.from({ length: shards }, (_, shard) => ({
    shard,
    deal: dealNamed(`deal ${shard}`),
    sector: sectorNamed(`${number} ${index} ${shard}`),
    attempt: 0,
  })),
});
const slabsOf = (number: number, slabs = 2) => new Map(Array.from({ length: slabs }, (_, index) => [index, slab(number, index)]));

/** Rows that count what is asked of them; `breakAt` is the write that fails. */
const countedRows = (breakAt = Infinity) => {
  const kept = createMemoryRows();
  const counts = { reads: 0, walked: [] as string[], writes: [] as (readonly string[])[] };
  const rows: Rows = {
    ...kept,
    get: (key) => (counts.reads++, kept.get(key)),
    async *under(prefix, after) {
      for await (const [key, row] of kept.under(prefix, after)) {
        counts.walked.push(key);
        yield [key, row] as const;
      }
    },
    write: async (changes, options) => {
      if (counts.writes.length + 1 === breakAt) throw new Error('the power is gone');
      counts.writes.push(changes.map(({ key }) => key));
      await kept.write(changes, options);
    },
  };
  const reset = (): void => void Object.assign(counts, { reads: 0, walked: [], writes: [] });
  return { kept, counts, rows, reset };
};

const filled = async (objects: number) => {
  const counted = countedRows();
  const catalogue = catalogueOn(counted.rows, testIdentity);
  for (let number = 0; number < objects; number++) await catalogue.putObject(object(number), slabsOf(number));
  counted.reset();
  return { ...counted, catalogue };
};

describe('what a catalogue costs, in rows,', () => {
  it('is the same for slab 1,000 of a put as for slab 1', async () => {
    const { catalogue, counts, reset } = await filled(1);
    const costs: unknown[] = [];
    for (let index = 0; index < 1_001; index++) {
      reset();
      await catalogue.putObject(object(7, index + 1), new Map([[index, slab(7, index)]]));
      costs.push({ reads: counts.reads, walked: counts.walked.length, changes: counts.writes.map((keys) => keys.length) });
    }
    // Object and slab with their numbers, the number before, the count, and of each shard that it is there and not freed.
    expect(costs[1]).to.deep.equal({ reads: 2, walked: 0, changes: [2 + 2 + 1 + 1 + 2 * SHARDS] });
    expect(costs[1_000]).to.deep.equal(costs[1]);
  });

  it('is for a slab of which one shard moved the two places of that', async () => {
    const { catalogue, counts } = await filled(50);
    const shards = slab(0, 1).shards.map((one) => (one.shard === 0 ? { ...one, sector: sectorNamed('anew') } : one));
    await catalogue.putObject(object(0), new Map([[1, { ...slab(0, 1), shards }]]));
    expect(counts.writes[0]?.filter((key) => key.startsWith('place/'))).to.have.length(2);
    expect(counts.walked).to.deep.equal([]);
  });

  it('is for a list a row for each object, and none of a slab', async () => {
    const { catalogue, counts, kept } = await filled(0);
    for (let number = 0; number < 20_000; number++)
      await kept.write([
        catalogueSpaces.object.at(`${number}`).put({ number, value: object(number, 1) }),
        catalogueSpaces.slab.at(`${number}`, 0).put({ number, value: { length: 5, sha256: object(number).sha256, shards: [] } }),
      ]);
    expect(await collect(catalogue.objects())).to.have.length(20_000);
    expect([counts.reads, counts.walked.length]).to.deep.equal([0, 20_000]);
    expect(counts.walked.filter((key) => !key.startsWith('object/'))).to.deep.equal([]);
  });

  it('is for a look by name, content, sector, deal or half-done state the same, whatever else there is', async () => {
    const costs: unknown[] = [];
    for (const objects of [1, 100]) {
      const { catalogue, counts, reset } = await filled(objects);
      const { sha256: _, ...facts } = object(0);
      await catalogue.putObject({ ...facts, id: 'half', name: 'half', state: 'placing' });
      reset();
      expect((await catalogue.object('file 0'))?.id).to.equal('0');
      expect(await collect(catalogue.withContent(object(0).sha256))).to.deep.equal([object(0)]);
      expect(await catalogue.sectorPlace(dealNamed('deal 2'), sectorNamed('0 1 2').root)).to.deep.equal({ owner: '0', slab: 1, shard: 2 });
      expect((await collect(catalogue.placing())).map(({ id }) => id)).to.deep.equal(['half']);
      expect(await catalogue.isUsed(dealNamed('deal 1'))).to.equal(true);
      expect(await collect(catalogue.usedDeals())).to.have.length(SHARDS);
      costs.push({ reads: counts.reads, walked: counts.walked.length });
    }
    expect(costs[1]).to.deep.equal(costs[0]);
  });

  it('is for a deletion bounded writes, of which the first hides the object', async () => {
    const { catalogue, counts, reset } = await filled(1);
    await catalogue.putObject(object(7, 1_000), slabsOf(7, 1_000));
    reset();
    await catalogue.deleteObject('7');
    const longest = Math.max(...counts.writes.map((keys) => keys.length));
    expect(counts.writes.length).to.equal(1 + Math.ceil(1_000 / 256));
    expect(longest).to.be.at.most(256 * (2 + 2 * SHARDS) + 2);
    expect(counts.writes[0]).to.include('object/7');
  });

  it('is for all changes a row for each thing there is, however often it changed', async () => {
    const { catalogue, counts, reset } = await filled(10);
    for (let turn = 0; turn < 20; turn++) await catalogue.putObject(object(0), slabsOf(0));
    reset();
    expect(await collect(catalogue.changes(0))).to.have.length(10 * 3);
    expect(counts.walked).to.have.length(10 * 3);
  });
});

describe('a deletion that is interrupted', () => {
  it('goes on where it was with the next change, at whichever write it stopped', async () => {
    for (let at = 1; at <= 4; at++) {
      const { kept, rows } = countedRows(2 + at);
      const catalogue = catalogueOn(rows, testIdentity);
      await catalogue.putObject(object(0), slabsOf(0));
      await catalogue.putObject(object(7, 700), slabsOf(7, 700));
      const error: unknown = await catalogue.deleteObject('7').catch((reason: unknown) => reason);
      expect((error as Error).message, `${at}`).to.equal('the power is gone');
      const again = catalogueOn(kept, testIdentity);
      expect((await again.object('7')) === undefined, `${at}`).to.equal(at > 1);
      if (at === 1) await again.deleteObject('7');
      else await again.putObject(object(1, 0));
      const left = (await collect(kept.under(''))).filter(([key]) => key.includes('/7'));
      expect(left, `${at}`).to.deep.equal([]);
      expect(await again.isUsed(dealNamed('deal 0')), `${at}`).to.equal(true);
      const kinds = (await collect(again.changes(0))).map(({ kind }) => kind);
      expect(
        kinds.filter((kind) => kind === 'slab'),
        `${at}`,
      ).to.have.length(2);
    }
  });
});

describe('deletions in the log of a catalogue', () => {
  it('are remembered up to a number: who was further behind is told to begin anew', async () => {
    const rows = createMemoryRows();
    const catalogue = catalogueOn(rows, testIdentity, 2);
    for (let number = 0; number < 5; number++) await catalogue.putObject(object(number, 0));
    for (let number = 0; number < 4; number++) await catalogue.deleteObject(`${number}`);
    const told = async (after: number) => (await collect(catalogue.changes(after))).map(({ number, kind }) => [number, kind]);
    const all = [
      [5, 'object'],
      [8, 'deleted'],
      [9, 'deleted'],
    ];
    expect(await told(0)).to.deep.equal(all);
    expect(await told(6)).to.deep.equal([[0, 'anew'], ...all]);
    expect(await told(7)).to.deep.equal(all.slice(1));
    expect(await collect(rows.under('deleted/'))).to.have.length(2);
  });
});
