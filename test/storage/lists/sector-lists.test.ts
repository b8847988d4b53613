import { expect } from 'chai';
import fc from 'fast-check';
import type { SectorRef } from '../../../node/core/data/data-set.js';
import { editTree } from '../../../node/core/data/edit-tree.js';
import { emptyTree } from '../../../node/core/data/sector-tree.js';
import { applyChange } from '../../../node/core/market/revision.js';
import type { Hash } from '../../../node/core/units.js';
import type { ProviderJournal } from '../../../node/ports/journal.js';
import { journalOn } from '../../../node/storage/journal.js';
import { createMemoryRows } from '../../../node/storage/rows/memory-rows.js';
import { collect } from '../../support/collect.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { sectorsOf } from '../../support/whole-lists.js';
import { dealNamed, sectorNamed, signedRevision } from '../sample-sectors.js';

const alice = dealNamed('Alice');
/** Few names, so that lists name one root more than once, and take out and add the same. */
const pool = Array.from({ length: 12 }, (_, i) => sectorNamed(`pool ${i}`, i + 1));

/** What a journal should know of a deal: whole lists by number, and nothing else. */
type Model = Map<bigint, readonly SectorRef[]>;

const grow = async (journal: ProviderJournal, model: Model, base: bigint, number: bigint, remove: number[], append: SectorRef[]) => {
  const before = model.get(base) ?? [];
  const change = { remove, append };
  const read = (name: Parameters<ProviderJournal['node']>[1]) => journal.node(alice, name);
  const edit = await editTree({ read, base: (await journal.tree(alice, base)) ?? emptyTree, change, version: number });
  const after = applyChange(before, change);
  const { sectors: _, ...signed } = signedRevision(alice, number, after);
  await journal.recordSigned({ ...signed, sectors: { base, change, edit } });
  model.set(number, after);
};

const times = (sectors: readonly SectorRef[], root: Hash): number => sectors.filter((sector) => sector.root === root).length;

const compare = async (journal: ProviderJournal, model: Model): Promise<void> => {
  expect(((await journal.deal(alice))?.revisions ?? []).map(({ revision }) => revision.number)).to.deep.equal([...model.keys()].sort());
  for (const [number, sectors] of model) expect(await sectorsOf(journal, alice, number), `${number}`).to.deep.equal(sectors);
  for (const { root } of pool) {
    const naming = [...model.values()].some((sectors) => times(sectors, root) > 0);
    expect([await journal.holds(alice, root), await journal.names(root)]).to.deep.equal([naming, naming]);
    for (const [number, sectors] of model)
      expect(await journal.timesNamed(alice, number, root), `${number}`).to.equal(times(sectors, root));
  }
  const named = new Set([...model.values()].flat().map(({ root }) => root));
  expect((await collect(journal.named())).map(({ root }) => root)).to.have.members([...named]);
};

/** Where the next list grows from, what it takes out and adds, or which lists go. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('grow' as const),
      from: fc.nat(),
      remove: fc.array(fc.nat(200)),
      append: fc.array(fc.nat(11), { maxLength: 90 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('afresh' as const), append: fc.array(fc.nat(11), { maxLength: 90 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('prune' as const), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('drop' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const), at: fc.nat() }) },
);

describe('lists of sectors that revisions share', () => {
  it('say what whole lists would, and free what no list names, in whichever order lists come of each other and go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const rows = createMemoryRows();
        let journal = await journalOn(rows, testIdentity);
        const model: Model = new Map();
        const kept = (at: number): bigint => [...model.keys()].sort()[at % Math.max(1, model.size)] ?? 0n;
        let number = 10n;
        for (const each of steps) {
          number += 1n;
          const namedBefore = new Set([...model.values()].flat().map(({ root }) => root));
          let freed: readonly Hash[] | undefined;
          if (each.kind === 'grow') {
            const base = kept(each.from);
            const length = model.get(base)?.length ?? 0;
            const remove = [...new Set(each.remove)].filter((index) => index < length).sort((a, b) => a - b);
            await grow(
              journal,
              model,
              base,
              number,
              remove,
              each.append.map((i) => pool[i] as SectorRef),
            );
          } else if (each.kind === 'afresh')
            await grow(
              journal,
              model,
              0n,
              number,
              [],
              each.append.map((i) => pool[i] as SectorRef),
            );
          else if (each.kind === 'prune') {
            const first = kept(each.at);
            freed = await journal.prune(alice, first);
            for (const old of model.keys()) if (old < first) model.delete(old);
          } else if (each.kind === 'drop') {
            const gone = kept(each.at);
            freed = await journal.dropRevisions(alice, [gone]);
            model.delete(gone);
          } else if (model.size > 0) await journal.restore(signedRevision(alice, kept(each.at), model.get(kept(each.at)) ?? []));
          const named = new Set([...model.values()].flat().map(({ root }) => root));
          if (freed !== undefined) expect(freed).to.have.members([...namedBefore].filter((root) => !named.has(root)));
          await compare(journal, model);
          journal = await journalOn(rows, testIdentity);
          expect(journal.faults).to.deep.equal([]);
        }
        await journal.forgetDeal(alice);
        const left = (await collect(rows.under(''))).map(([key]) => key);
        expect(left.filter((key) => key !== 'held')).to.deep.equal(['layout']);
      }),
      { numRuns: 120 },
    );
  }).timeout(60_000);
});
