import { expect } from 'chai';
import type { SectorRef } from '../../../node/core/data/data-set.js';
import { editTree } from '../../../node/core/data/edit-tree.js';
import { openLeaf } from '../../../node/core/data/sector-tree.js';
import { address } from '../../../node/core/units.js';
import type { SectorGrowth, SectorLists } from '../../../node/ports/sector-lists.js';
import { catalogueOn } from '../../../node/storage/catalogue.js';
import { journalOn } from '../../../node/storage/journal.js';
import { createMemoryRows } from '../../../node/storage/rows/memory-rows.js';
import type { Rows } from '../../../node/storage/rows/rows.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { dealNamed, sectorNamed, signedRevision } from '../sample-sectors.js';

const alice = dealNamed('Alice');
const [fresh, another] = [sectorNamed('one more', 5), sectorNamed('and one', 7)];

/** Counts rows, and bytes of rows, that are read and written. */
const counting = (rows: Rows) => {
  let cost = { read: 0, written: 0, bytes: 0 };
  const counted: Rows = {
    ...rows,
    get: async (key) => {
      cost.read += 1;
      return rows.get(key);
    },
    write: async (changes, ...rest) => {
      cost.written += changes.length;
      cost.bytes += changes.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0);
      return rows.write(changes, ...rest);
    },
    async *under(...range) {
      for await (const row of rows.under(...range)) {
        cost.read += 1;
        yield row;
      }
    },
  };
  const costOf = async (work: () => Promise<unknown>) => {
    cost = { read: 0, written: 0, bytes: 0 };
    await work();
    return cost;
  };
  return { rows: counted, costOf };
};

const growthOf = async (lists: SectorLists, base: bigint, version: bigint, append: readonly SectorRef[]): Promise<SectorGrowth> => {
  const change = { remove: [], append };
  const tree = await lists.tree(alice, base);
  if (tree === undefined) throw new Error(`list ${base} is not kept`);
  return { base, change, edit: await editTree({ read: (name) => lists.node(alice, name), base: tree, change, version }) };
};

const signedOnly = (number: bigint) => {
  const { sectors: _, ...signed } = signedRevision(alice, number, []);
  return signed;
};

describe('one more sector in a deal', () => {
  const sizes = [100, 10_000, 100_000];
  const lists = sizes.map((count) => Array.from({ length: count }, (_, i) => sectorNamed(`kept ${i}`, 3)));

  it('costs a provider the same rows to receive, sign, prove, post and forget, but for the height of the tree', async () => {
    for (const sectors of lists) {
      const { rows, costOf } = counting(createMemoryRows());
      const journal = await journalOn(rows, testIdentity);
      await journal.recordSigned(signedRevision(alice, 1n, sectors));
      const received = await costOf(() => journal.recordPending({ ...fresh, deal: alice, receivedAt: 1 }));
      const signed = await costOf(async () => {
        await journal.holds(alice, fresh.root);
        await journal.recordSigned({ ...signedOnly(2n), sectors: await growthOf(journal, 1n, 2n, [fresh]) });
      });
      const tree = (await journal.tree(alice, 2n))!;
      const proven = await costOf(() => openLeaf((name) => journal.node(alice, name), tree, 100));
      const asked = await costOf(() => journal.timesNamed(alice, 2n, sectors[7]!.root));
      const pruned = await costOf(() => journal.prune(alice, 2n));
      const label = `${sectors.length} sectors`;
      expect([received.read, received.written], label).to.deep.equal([2, 3]);
      expect(signed.read, label).to.be.at.most(20);
      expect(signed.written, label).to.be.at.most(8);
      expect(signed.bytes, label).to.be.below(10_000);
      expect([proven.read, proven.written], label).to.deep.equal([sectors.length > 4_096 ? 3 : 2, 0]);
      expect(asked.read, label).to.be.at.most(5);
      expect(pruned.read, label).to.be.at.most(20);
      expect(pruned.written, label).to.be.at.most(9);
      expect(pruned.bytes, label).to.be.below(2_000);
    }
  }).timeout(60_000);

  it('costs a renter the same rows to propose and to take the answer down', async () => {
    for (const sectors of lists) {
      const { rows, costOf } = counting(createMemoryRows());
      const catalogue = catalogueOn(rows, testIdentity);
      const record = { id: alice, provider: address(`0x${'0b'.repeat(20)}`) };
      const current = signedOnly(1n);
      await catalogue.putDeal({ ...record, current }, { number: 1n, sectors });
      const { revision, renterSignature } = signedOnly(2n);
      const proposed = await costOf(async () => {
        await catalogue.timesNamed(alice, 1n, another.root);
        const list = { number: 2n, sectors: await growthOf(catalogue, 1n, 2n, [another]) };
        await catalogue.putDeal({ ...record, current, proposed: { revision, renterSignature, base: 1n } }, list);
      });
      const concluded = await costOf(() => catalogue.putDeal({ ...record, current: signedOnly(2n) }));
      const label = `${sectors.length} sectors`;
      expect(proposed.read, label).to.be.at.most(20);
      // Three of them are the number of the change: what it was, what it is, and the row by which it is found.
      expect(proposed.written, label).to.be.at.most(10);
      expect(proposed.bytes, label).to.be.below(10_000);
      expect(concluded.read, label).to.be.at.most(20);
      expect(concluded.written, label).to.be.at.most(12);
      expect(concluded.bytes, label).to.be.below(3_000);
    }
  }).timeout(60_000);
});
