import { expect } from 'chai';
import type { SectorRef } from '../../../node/core/data/data-set.js';
import { editTree } from '../../../node/core/data/edit-tree.js';
import { emptyTree } from '../../../node/core/data/sector-tree.js';
import { applyChange } from '../../../node/core/market/revision.js';
import type { ProviderJournal } from '../../../node/ports/journal.js';
import { journalOn } from '../../../node/storage/journal.js';
import { createMemoryRows } from '../../../node/storage/rows/memory-rows.js';
import type { RowChange, Rows } from '../../../node/storage/rows/rows.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { sectorsOf } from '../../support/whole-lists.js';
import { dealNamed, sectorNamed, signedRevision } from '../sample-sectors.js';

const alice = dealNamed('Alice');
const named = (name: string): SectorRef => sectorNamed(name);

/** Rows, and each batch that was written to them. */
const recorded = (): { readonly rows: Rows; readonly batches: (readonly RowChange[])[] } => {
  const rows = createMemoryRows();
  const batches: (readonly RowChange[])[] = [];
  return {
    rows: {
      ...rows,
      write: async (changes, options) => {
        batches.push(changes);
        await rows.write(changes, options);
      },
    },
    batches,
  };
};

const grow = async (journal: ProviderJournal, base: bigint, number: bigint, append: readonly SectorRef[], remove: number[] = []) => {
  const before = base === 0n ? [] : await sectorsOf(journal, alice, base);
  for (const sector of append) await journal.recordPending({ ...sector, deal: alice, receivedAt: 0 });
  const change = { remove, append };
  const read = (name: Parameters<ProviderJournal['node']>[1]) => journal.node(alice, name);
  const edit = await editTree({ read, base: (await journal.tree(alice, base)) ?? emptyTree, change, version: number });
  const { sectors: _, ...signed } = signedRevision(alice, number, applyChange(before, change));
  await journal.recordSigned({ ...signed, sectors: { base, change, edit } });
};

/** A journal of revisions 1, 2 and 3, each with as many sectors more, of which the batch of the second is gone from the disk. */
const withoutSecond = async (each = 1): Promise<Rows> => {
  const { rows, batches } = recorded();
  const journal = await journalOn(rows, testIdentity);
  const some = (name: string): SectorRef[] => Array.from({ length: each }, (_, i) => named(i === 0 ? name : `${name} ${i}`));
  await grow(journal, 0n, 1n, some('a'));
  await grow(journal, 1n, 2n, some('b'));
  const lost = batches.length - 1;
  await grow(journal, 2n, 3n, some('c'));
  const left = createMemoryRows();
  for (const [at, batch] of batches.entries()) if (at !== lost) await left.write(batch);
  return left;
};

const all = [named('a'), named('b'), named('c')];

describe('a journal that lost the batch of a revision between two others', () => {
  it('frees nothing that the newest still names, whatever is forgotten', async () => {
    const journal = await journalOn(await withoutSecond(), testIdentity);
    expect(await sectorsOf(journal, alice, 3n)).to.deep.equal(all);
    expect(await journal.prune(alice, 3n)).to.deep.equal([]);
    for (const { root } of all) expect(await journal.names(root)).to.equal(true);
  });

  it('keeps what waited for the lost one, and the newest names', async () => {
    const journal = await journalOn(await withoutSecond(), testIdentity);
    for (const { root } of all) {
      await journal.dropPending(alice, root);
      expect(await journal.names(root)).to.equal(true);
    }
  });

  it('answers how often a root is named once the lost one was put back', async () => {
    const journal = await journalOn(await withoutSecond(), testIdentity);
    await journal.restore(signedRevision(alice, 2n, all.slice(0, 2)));
    for (const { root } of all) expect(await journal.timesNamed(alice, 3n, root)).to.equal(1);
  });

  it('tells of it once, and counts anew what is there', async () => {
    const rows = await withoutSecond();
    const journal = await journalOn(rows, testIdentity);
    const told = journal.faults.filter(({ kind }) => kind === 'row-unreadable');
    expect(told.map((fault) => 'key' in fault && fault.key)).to.deep.equal([`change/${alice}/0000000000000002`]);
    expect(journal.doubt(alice)).to.equal(undefined);
    const again = await journalOn(rows, testIdentity);
    expect(again.faults.filter(({ kind }) => kind === 'row-unreadable')).to.deep.equal([]);
    await journal.forgetDeal(alice);
    for (const { root } of [named('a'), named('c')]) expect(await journal.names(root)).to.equal(false);
  });

  it('is in doubt where the newest cannot be read without the lost one: nothing is deleted before it is put back', async () => {
    const journal = await journalOn(await withoutSecond(64), testIdentity);
    expect(journal.doubt(alice)?.newest).to.equal(1n);
    expect(await journal.prune(alice, 2n)).to.deep.equal([]);
  });
});
