import { expect } from 'chai';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogueOn, openCatalogueFiles, openCatalogueHere } from '../../node/storage/catalogue.js';
import { journalOn, openJournalFiles } from '../../node/storage/journal.js';
import { catalogueSpaces, journalSpaces, sectorSpaces } from '../../node/storage/layout.js';
import { createMemoryRows } from '../../node/storage/rows/memory-rows.js';
import type { Rows } from '../../node/storage/rows/rows.js';
import { rejection } from '../support/coded-rejection.js';
import { collect } from '../support/collect.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { withDirectory } from '../support/temporary-directory.js';
import { fillCatalogue, fillJournal, storedCatalogue, storedJournal } from './stored-sample.js';
import { sectorsOf, wholeDeal } from '../support/whole-lists.js';

const FIXTURES = new URL('fixtures/', import.meta.url).pathname;

const keysOf = async (rows: Rows): Promise<string[]> => (await collect(rows.under(''))).map(([key]) => key);

describe('what lies where in journal and catalogue', () => {
  const stores: Readonly<Record<string, Readonly<Record<string, { readonly prefix: string }>>>> = {
    journal: journalSpaces,
    catalogue: catalogueSpaces,
    'sector store': sectorSpaces,
  };
  for (const [store, spaces] of Object.entries(stores)) {
    it(`no prefix of the ${store} begins like another`, () => {
      const prefixes = Object.values(spaces).map(({ prefix }) => prefix);
      for (const one of prefixes)
        expect(
          prefixes.filter((other) => other.startsWith(one)),
          one,
        ).to.deep.equal([one]);
    });
  }

  it('a journal has these keys', async () => {
    const rows = createMemoryRows();
    await fillJournal(await journalOn(rows, testIdentity));
    const { deal, pending, revisions } = storedJournal;
    const roots = [...revisions[1].sectors, pending].map(({ root }) => root).sort();
    expect(await keysOf(rows)).to.deep.equal([
      `change/${deal}/0000000000000001`,
      `change/${deal}/000000000000012c`,
      `egress/${deal}`,
      'held',
      'layout',
      `list/${deal}/0000000000000001`,
      `list/${deal}/000000000000012c`,
      `node/${deal}/000000/000000/0000000000000001`,
      `node/${deal}/000000/000000/000000000000012c`,
      `pending/${deal}/${pending.root}`,
      `revision/${deal}/0000000000000001`,
      `revision/${deal}/000000000000012c`,
      ...roots.map((root) => `sector/${root}/${deal}`),
    ]);
  });

  it('a catalogue has these keys', async () => {
    const rows = createMemoryRows();
    await fillCatalogue(catalogueOn(rows, testIdentity));
    const { object, slab, halfDone, deal, healing, lists } = storedCatalogue;
    const roots = lists[1].sectors.map(({ root }) => root).sort();
    expect(await keysOf(rows)).to.deep.equal([
      `change/${deal.id}/0000000000000002`,
      `change/${deal.id}/0000000000000003`,
      `content/${object.sha256}/${object.id}`,
      `deal/${deal.id}`,
      'deleted/000000000005',
      `healing/${healing.deal}`,
      `list/${deal.id}/0000000000000002`,
      `list/${deal.id}/0000000000000003`,
      ...['1', '2', '3', '5', '7'].map((number) => `log/00000000000${number}`),
      `name/ZmlsbS5ta3Y/0001700000000001/${halfDone.id}`,
      `name/bGV0dGVycy9tw6Ryei50eHQ/0001700000000000/${object.id}`,
      `node/${deal.id}/000000/000000/0000000000000002`,
      `node/${deal.id}/000000/000000/0000000000000003`,
      'numbered',
      `object/${object.id}`,
      `object/${halfDone.id}`,
      'openings',
      `place/${deal.id}/${slab.shards[0]?.sector.root}`,
      `placing/${halfDone.id}`,
      `promised/${deal.id}`,
      ...roots.map((root) => `sector/${root}/${deal.id}`),
      `slab/${object.id}/00000000`,
      `unread/${deal.id}`,
    ]);
  });
});

describe('stores on disk, as they were first made,', () => {
  const withStore = (name: string, story: (path: string) => Promise<void>): Promise<void> =>
    withDirectory(async (folder) => {
      const path = join(folder, name);
      await cp(join(FIXTURES, name), path, { recursive: true });
      await story(path);
    });

  it('a journal still opens, and says what it said', () =>
    withStore('journal', async (path) => {
      const journal = await openJournalFiles(path, testIdentity);
      const { deal, revisions, pending, egress, held } = storedJournal;
      expect(await wholeDeal(journal, deal)).to.deep.equal({ id: deal, revisions });
      expect(await collect(journal.pending())).to.deep.equal([pending]);
      expect(await journal.egress(deal)).to.deep.equal(egress);
      expect(await journal.leavesHeld()).to.equal(held);
      await journal.close();
    }));

  it('a catalogue of version 1 is refused by name, with what to do, and left as it is', () =>
    withStore('catalogue-1', async (path) => {
      for (const open of [() => openCatalogueFiles(path, testIdentity), () => openCatalogueHere(path)]) {
        const error = await rejection(open(), 'STORE_OUTDATED');
        expect(error.message).to.equal(`the catalogue at ${path} is of version 1, and none before version 2 is read any more`);
        expect(error.remedy).to.include('put them again');
      }
    }));

  it('a catalogue of a newer version is refused by name, not as damaged or of another network, and left as it is', () =>
    withStore('catalogue-2', async (path) => {
      const file = join(path, 'holdfast-store.json');
      const newer = (await readFile(file, 'utf8')).replace('"version": 2', '"version": 99');
      await writeFile(file, newer);
      for (const open of [() => openCatalogueFiles(path, testIdentity), () => openCatalogueHere(path)]) {
        const error = await rejection(open(), 'STORE_NEWER');
        expect(error.data).to.deep.equal({ path, kind: 'catalogue', found: 99, newest: 3 });
        expect(error.remedy).to.include('newer release');
      }
      expect(await readFile(file, 'utf8')).to.equal(newer);
    }));

  it('a catalogue of version 2 still opens, and says what it said', () =>
    withStore('catalogue-2', async (path) => {
      const catalogue = await openCatalogueFiles(path, testIdentity);
      const { object, slab, halfDone, deal, promised, openings, healing } = storedCatalogue;
      expect(await collect(catalogue.objects())).to.have.deep.members([object, halfDone]);
      expect(await collect(catalogue.placing())).to.deep.equal([halfDone]);
      expect(await catalogue.object(object.name)).to.deep.equal(object);
      expect(await collect(catalogue.slabs(object.id))).to.deep.equal([[0, slab]]);
      expect(await collect(catalogue.deals())).to.deep.equal([deal]);
      for (const { number, sectors } of storedCatalogue.lists) expect(await sectorsOf(catalogue, deal.id, number)).to.deep.equal(sectors);
      expect(await catalogue.promised(deal.id)).to.equal(promised);
      expect(await catalogue.openings()).to.deep.equal(openings);
      expect(await catalogue.healing(deal.id)).to.deep.equal(healing);
      expect(await collect(catalogue.withContent(object.sha256))).to.deep.equal([object]);
      for (const { shard, sector } of slab.shards)
        expect(await catalogue.sectorPlace(deal.id, sector.root)).to.deep.equal({ owner: object.id, slab: 0, shard });
      expect((await collect(catalogue.changes(0))).map(({ kind }) => kind)).to.deep.equal(['slab', 'object', 'object', 'deleted', 'deal']);
      await catalogue.close();
    }));
});
