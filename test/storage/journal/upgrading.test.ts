import { expect } from 'chai';
import type { SectorRef } from '../../../node/core/data/data-set.js';
import { leaves, type Hash } from '../../../node/core/units.js';
import type { ProviderRevision } from '../../../node/ports/journal.js';
import { journalOn } from '../../../node/storage/journal.js';
import { journalSpaces } from '../../../node/storage/layout.js';
import { createMemoryRows } from '../../../node/storage/rows/memory-rows.js';
import { formats } from '../../../node/storage/rows/row-formats.js';
import type { RowChange, Rows } from '../../../node/storage/rows/rows.js';
import { collect } from '../../support/collect.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { wholeDeal } from '../../support/whole-lists.js';
import { dealNamed, sectorNamed, signedRevision } from '../sample-sectors.js';

const [alice, carol, dave] = [dealNamed('Alice'), dealNamed('Carol'), dealNamed('Dave')];
const many = Array.from({ length: 300 }, (_, i) => sectorNamed(`many ${i}`, 1 + i));
const [late, waiting] = [sectorNamed('late', 9), sectorNamed('waiting', 4)];

const lists: Readonly<Record<string, readonly SectorRef[]>> = {
  1: many,
  2: [...many, late],
  5: [...many.slice(0, 250), ...many.slice(251), late],
};
const revisions = Object.entries(lists).map(([number, sectors]) => signedRevision(alice, BigInt(number), sectors));
const other = signedRevision(carol, 1n, [late, late]);

/** A row of a revision as it was before lists were kept in nodes. */
const wholeRow = (signed: ProviderRevision): RowChange => ({
  key: journalSpaces.revision.at(signed.revision.deal, signed.revision.number).key,
  value: formats.wholeRevision.encode(signed),
});

const oldJournal = async (): Promise<Rows> => {
  const rows = createMemoryRows();
  const held = revisions.at(-1)!.revision.leaves + other.revision.leaves + 2 * waiting.leaves;
  await rows.write([
    ...[...revisions, other].map(wholeRow),
    journalSpaces.pending.at(alice, waiting.root).put({ ...waiting, deal: alice, receivedAt: 1 }),
    journalSpaces.pending.at(dave, waiting.root).put({ ...waiting, deal: dave, receivedAt: 2 }),
    journalSpaces.held.at().put(leaves(held)),
  ]);
  return rows;
};

/** Rows on which write number `at` fails, and all after it. */
const dyingAt = (rows: Rows, at: number): Rows => {
  let writes = 0;
  return {
    ...rows,
    write: async (...given) => {
      if (++writes >= at) throw new Error('killed');
      await rows.write(...given);
    },
  };
};

const requireAll = async (rows: Rows): Promise<void> => {
  const journal = await journalOn(rows, testIdentity);
  expect(journal.faults).to.deep.equal([]);
  expect(await wholeDeal(journal, alice)).to.deep.equal({ id: alice, revisions });
  expect(await wholeDeal(journal, carol)).to.deep.equal({ id: carol, revisions: [other] });
  expect([await journal.pendingSectors(alice), await journal.pendingSectors(dave)]).to.deep.equal([1, 1]);
  const nodes = (await collect(rows.under(`node/${alice}/`))).map(([key]) => key);
  expect(nodes.length, 'pages that did not change are shared').to.equal(6 + 2 + 3);
  expect(await journal.timesNamed(carol, 1n, late.root)).to.equal(2);
  const freed: Hash[] = [...(await journal.prune(alice, 5n))];
  expect(freed).to.deep.equal([many[250]!.root]);
  expect(await journal.dropPending(alice, waiting.root)).to.equal(false);
  expect(await journal.dropPending(dave, waiting.root)).to.equal(true);
  expect(await journal.forgetDeal(carol)).to.deep.equal([]);
  expect(await journal.forgetDeal(alice)).to.have.members(lists[5]!.map(({ root }) => root));
  expect((await collect(rows.under(''))).map(([key]) => key)).to.deep.equal(['held', 'layout']);
};

describe('a journal whose lists lie whole in its rows', () => {
  it('opens with its lists in nodes, and says what it said', async () => {
    await requireAll(await oldJournal());
  });

  it('does so wherever it was interrupted', async () => {
    for (let at = 1; at <= 3; at++) {
      const rows = await oldJournal();
      expect(await journalOn(dyingAt(rows, at), testIdentity).catch((error: Error) => error.message), `${at}`).to.equal('killed');
      await requireAll(rows);
    }
  });

  it('with a row that cannot be read tells of it, and of nothing else', async () => {
    const rows = await oldJournal();
    const { key } = journalSpaces.revision.at(carol, 1n);
    await rows.write([{ key, value: Uint8Array.of(0x82, 0x01, 0x00) }]);
    const journal = await journalOn(rows, testIdentity);
    expect(journal.faults).to.deep.include({
      kind: 'row-unreadable',
      key,
      deal: carol,
      error: (journal.faults[0] as { error: unknown }).error,
    });
    expect(await wholeDeal(journal, alice)).to.deep.equal({ id: alice, revisions });
  });
});

describe('a journal of which a row is gone or wrong', () => {
  it('tells of a list that cannot be read: its deal is in doubt, and the others are not', async () => {
    const rows = await oldJournal();
    await journalOn(rows, testIdentity);
    const { key } = journalSpaces.list.at(alice, 5n);
    await rows.write([{ key, value: Uint8Array.of(7) }]);
    const journal = await journalOn(rows, testIdentity);
    expect(journal.faults[0]).to.deep.include({ kind: 'row-unreadable', key, deal: alice });
    expect(journal.doubts().map(({ deal, number, newest }) => ({ deal, number, newest }))).to.deep.equal([
      { deal: alice, number: 5n, newest: 2n },
    ]);
    await journal.restore(revisions[2]!);
    expect(journal.doubts()).to.deep.equal([]);
    expect(await wholeDeal(journal, alice)).to.deep.equal({ id: alice, revisions });
  });

  it('frees no sector that another list names, whichever row of which list is gone', async () => {
    const spaces = [journalSpaces.list, journalSpaces.change] as const;
    for (const space of spaces)
      for (const damaged of [1n, 2n, 5n])
        for (const first of [2n, 5n]) {
          const rows = await oldJournal();
          await journalOn(rows, testIdentity);
          await rows.write([space.at(alice, damaged).drop]);
          const journal = await journalOn(rows, testIdentity);
          const freed = new Set(await journal.prune(alice, first));
          const named = Object.entries(lists).flatMap(([number, sectors]) => (BigInt(number) >= first ? sectors : []));
          const label = `${space.prefix}${damaged}, pruned to ${first}`;
          expect(
            named.filter(({ root }) => freed.has(root)),
            label,
          ).to.deep.equal([]);
          for (const { root } of named) expect(await journal.names(root), label).to.equal(true);
        }
  });
});
