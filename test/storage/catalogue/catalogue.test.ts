import { encode } from 'cborg';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Catalogue, ObjectRecord } from '../../../node/ports/catalogue.js';
import { catalogueOn, createCatalogueFiles, openCatalogueFiles } from '../../../node/storage/catalogue.js';
import { openLevelRows } from '../../../node/storage/rows/level-rows.js';
import { createMemoryRows } from '../../../node/storage/rows/memory-rows.js';
import type { Rows } from '../../../node/storage/rows/rows.js';
import { rejection } from '../../support/coded-rejection.js';
import { collect } from '../../support/collect.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { withDirectory } from '../../support/temporary-directory.js';
import { catalogueCompliance } from './catalogue-compliance.js';
import { dealNamed, sectorNamed } from '../sample-sectors.js';

describe('catalogue in memory', () => {
  catalogueCompliance(async (story) => {
    const rows = createMemoryRows();
    await story(catalogueOn(rows, testIdentity), async () => catalogueOn(rows, testIdentity));
  });
});

describe('the index of sectors in a catalogue', () => {
  const shards = 3;
  /** Objects of two slabs each, and how often the store under them is read and written. */
  const countedCatalogue = async (objects: number) => {
    const kept = createMemoryRows();
    const counts = { reads: 0, walks: 0, changes: 0 };
    const rows: Rows = {
      ...kept,
      get: (key) => (counts.reads++, kept.get(key)),
      under: (prefix) => (counts.walks++, kept.under(prefix)),
      write: (changes) => ((counts.changes += changes.length), kept.write(changes)),
    };
    const objectNumber = (number: number): ObjectRecord => ({
      id: `${number}`,
      name: `file ${number}`,
      bytes: 10,
      sha256: sectorNamed('content').root,
      storedAt: number,
      k: 1,
      n: shards,
      state: 'stored',
      slabs: Array.from({ length: 2 }, (_, slab) => ({
        length: 5,
        shards: Array.from({ length: shards }, (__, shard) => ({
          shard,
          deal: dealNamed(`deal ${shard}`),
          sector: sectorNamed(`${number} ${slab} ${shard}`),
          attempt: 0,
        })),
      })),
    });
    const catalogue = catalogueOn(rows, testIdentity);
    for (let number = 0; number < objects; number++) await catalogue.putObject(objectNumber(number));
    return { kept, counts, catalogue, objectNumber };
  };
  const reset = (counts: Record<string, number>) => Object.assign(counts, { reads: 0, walks: 0, changes: 0 });

  it('answers with one row, and changes with an object only what was moved, whatever else there is', async () => {
    for (const objects of [1, 100]) {
      const { counts, catalogue, objectNumber } = await countedCatalogue(objects);
      reset(counts);
      expect(await catalogue.sectorPlace(dealNamed('deal 2'), sectorNamed('0 1 2').root)).to.deep.equal({ object: '0', slab: 1, shard: 2 });
      expect(counts).to.deep.equal({ reads: 1, walks: 0, changes: 0 });
      reset(counts);
      const object = objectNumber(0);
      await catalogue.putObject(object);
      const unmoved = counts.changes;
      reset(counts);
      const [first, second] = object.slabs;
      const moved = second!.shards.map((one) => (one.shard === 0 ? { ...one, sector: sectorNamed('anew') } : one));
      await catalogue.putObject({ ...object, slabs: [first!, { length: 5, shards: moved }] });
      expect(counts).to.deep.equal({ reads: 1, walks: 0, changes: unmoved + 2 });
    }
  });

  it('is made once for a catalogue that had none, and made whole after a making that was interrupted', async () => {
    const { kept: rows } = await countedCatalogue(400);
    const without: { key: string }[] = [];
    for await (const [key] of rows.under('')) if (/^(indexed|place\/|content\/)/.test(key)) without.push({ key });
    expect(without).to.have.length(400 * (2 * shards + 1) + 1);
    await rows.write(without);
    let writes = 0;
    const breaking: Rows = {
      ...rows,
      write: (changes) => (++writes === 2 ? Promise.reject(new Error('the power is gone')) : rows.write(changes)),
    };
    const broken: unknown = await catalogueOn(breaking, testIdentity)
      .sectorPlace(dealNamed('deal 0'), sectorNamed('399 0 0').root)
      .catch((error: unknown) => error);
    expect((broken as Error).message).to.equal('the power is gone');
    const again = catalogueOn(rows, testIdentity);
    for (const number of [0, 399])
      expect(await again.sectorPlace(dealNamed('deal 0'), sectorNamed(`${number} 0 0`).root)).to.deep.equal({
        object: `${number}`,
        slab: 0,
        shard: 0,
      });
    let walks = 0;
    const later = catalogueOn({ ...rows, under: (prefix) => (walks++, rows.under(prefix)) }, testIdentity);
    expect(await later.sectorPlace(dealNamed('deal 1'), sectorNamed('7 1 1').root)).to.deep.equal({ object: '7', slab: 1, shard: 1 });
    expect(walks).to.equal(0);
  });
});

describe('catalogue on files', () => {
  const withCatalogue = (story: (path: string) => Promise<void>): Promise<void> =>
    withDirectory(async (directory) => {
      const path = join(directory, 'catalogue');
      await createCatalogueFiles(path, testIdentity);
      await story(path);
    });

  catalogueCompliance((story) =>
    withCatalogue(async (path) => {
      let catalogue: Catalogue = await openCatalogueFiles(path, testIdentity);
      await story(catalogue, async () => {
        await catalogue.close();
        catalogue = await openCatalogueFiles(path, testIdentity);
        return catalogue;
      });
      await catalogue.close();
    }),
  );

  it('refuses an object that is not of this format', () =>
    withCatalogue(async (path) => {
      const rows = await openLevelRows(path, 'catalogue', testIdentity);
      await rows.write([{ key: 'object/aa', value: encode([1, { id: 'aa', name: 'no more than a name' }]) }]);
      await rows.close();
      const catalogue = await openCatalogueFiles(path, testIdentity);
      await rejection(collect(catalogue.objects()), 'STORE_CORRUPT');
      await catalogue.close();
    }));
});
