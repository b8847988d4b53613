import { encode } from 'cborg';
import { join } from 'node:path';
import type { Catalogue } from '../../../node/ports/catalogue.js';
import { catalogueOn, createCatalogueFiles, openCatalogueFiles } from '../../../node/storage/catalogue.js';
import { openLevelRows } from '../../../node/storage/rows/level-rows.js';
import { createMemoryRows } from '../../../node/storage/rows/memory-rows.js';
import { rejection } from '../../support/coded-rejection.js';
import { collect } from '../../support/collect.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { withDirectory } from '../../support/temporary-directory.js';
import { catalogueCompliance } from './catalogue-compliance.js';
import { freeingCompliance } from './freeing-compliance.js';

describe('catalogue in memory', () => {
  const use: Parameters<typeof catalogueCompliance>[0] = async (story) => {
    const rows = createMemoryRows();
    await story(catalogueOn(rows, testIdentity), async () => catalogueOn(rows, testIdentity));
  };
  catalogueCompliance(use);
  freeingCompliance(use);
});

describe('catalogue on files', () => {
  const withCatalogue = (story: (path: string) => Promise<void>): Promise<void> =>
    withDirectory(async (directory) => {
      const path = join(directory, 'catalogue');
      await createCatalogueFiles(path, testIdentity);
      await story(path);
    });

  const use: Parameters<typeof catalogueCompliance>[0] = (story) =>
    withCatalogue(async (path) => {
      let catalogue: Catalogue = await openCatalogueFiles(path, testIdentity);
      await story(catalogue, async () => {
        await catalogue.close();
        catalogue = await openCatalogueFiles(path, testIdentity);
        return catalogue;
      });
      await catalogue.close();
    });
  catalogueCompliance(use);
  freeingCompliance(use);

  it('refuses an object or a slab that is not of this format', () =>
    withCatalogue(async (path) => {
      const rows = await openLevelRows(path, 'catalogue', testIdentity);
      await rows.write([
        { key: 'object/aa', value: encode([2, { number: 1, value: { id: 'aa', name: 'no more than a name' } }]) },
        { key: 'slab/aa/00000000', value: new Uint8Array(43) },
        { key: 'slab/aa/00000001', value: Uint8Array.of(1, ...new Uint8Array(43)) },
      ]);
      await rows.close();
      const catalogue = await openCatalogueFiles(path, testIdentity);
      await rejection(collect(catalogue.objects()), 'STORE_CORRUPT');
      for (const index of [0, 1]) await rejection(catalogue.slab('aa', index), 'STORE_CORRUPT');
      await catalogue.close();
    }));
});
