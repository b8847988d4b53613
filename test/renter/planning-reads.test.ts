import { expect } from 'chai';
import { leaves, wei, type DealId } from '../../node/core/units.js';
import type { SlabRecord } from '../../node/ports/catalogue.js';
import type { Egress } from '../../node/renter/download/egress.js';
import { createPurse } from '../../node/renter/download/purse.js';
import { planReads } from '../../node/renter/download/plan-reads.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { hashOf } from '../support/worlds/actors.js';
import { idOf, sectorOf } from './sample-deals.js';

/** A shard of one leaf, 32 bytes, with each of the named. */
const slab = (...holders: readonly string[]): SlabRecord => ({
  length: 60,
  sha256: hashOf(holders.join()),
  shards: holders.map((name, shard) => ({ shard, deal: idOf(name), sector: { ...sectorOf(name), leaves: leaves(1) }, attempt: 0 })),
});

/** Token wei that a byte costs with each, and what their escrows leave for reads. */
const market = (prices: Readonly<Record<string, number>>, available: Readonly<Record<string, number>> = {}) => {
  const asked: DealId[] = [];
  const egress = {
    estimate: async (deal: DealId, bytes: number) => {
      asked.push(deal);
      const name = Object.keys(prices).find((each) => idOf(each) === deal) ?? '';
      return { cost: wei(BigInt(bytes * (prices[name] ?? 0))), available: wei(BigInt(available[name] ?? 1e9)) };
    },
  } as unknown as Egress;
  return { asked, egress };
};
const plan = (egress: Egress, slabs: readonly SlabRecord[], limit?: number, without: readonly string[] = []) =>
  planReads(
    { egress },
    { k: 2, slabs, without: new Set(without.map(idOf)) },
    createPurse(limit === undefined ? undefined : wei(BigInt(limit))),
  );

const many = (count: number, ...holders: readonly string[]): SlabRecord[] => Array.from({ length: count }, () => slab(...holders));

describe('What reading costs', () => {
  it('is asked once for each deal, however many slabs lie in it', async () => {
    const { asked, egress } = market({ bob: 1, carol: 2, dave: 3 });
    const { costs, unpayable } = await plan(egress, many(1_000, 'bob', 'carol', 'dave'));
    expect(asked).to.have.members([idOf('bob'), idOf('carol'), idOf('dave')]);
    expect(costs.get(idOf('carol'))).to.equal(64_000n);
    expect([...unpayable]).to.deep.equal([]);
  });

  it('is the sum over slabs of the k cheapest each, where they lie in different deals', async () => {
    const { egress } = market({ bob: 1, carol: 2, dave: 3, erin: 10 });
    const slabs = [...many(3, 'bob', 'carol', 'dave'), ...many(2, 'dave', 'erin')];
    // 3 slabs from Bob and Carol, 2 from Dave and Erin, 32 bytes a shard.
    const needed = 32 * (3 * (1 + 2) + 2 * (3 + 10));
    await plan(egress, slabs, needed);
    const error = await rejectsCoded(plan(egress, slabs, needed - 1), 'EGRESS_ABOVE_LIMIT');
    expect(error.data).to.deep.equal({ needed: BigInt(needed), limit: BigInt(needed - 1) });
  });

  it('leaves out a deal that cannot pay, and names the cheapest where too few can be paid, of one slab among many', async () => {
    const { egress } = market({ bob: 1, carol: 1, dave: 1, erin: 2 }, { dave: 31, erin: 0 });
    const left = await plan(egress, many(5, 'bob', 'carol', 'dave'));
    expect([...left.unpayable]).to.deep.equal([idOf('dave')]);
    const error = await rejectsCoded(plan(egress, [...many(5, 'bob', 'carol', 'dave'), slab('bob', 'erin', 'dave')]), 'READS_UNFUNDED');
    expect(error.data).to.deep.include({ missing: 161n, deals: [{ deal: idOf('dave'), missing: 161n }] });
  });

  it('names all deals that lack something at once, each once and no more than needed, with the command that mends it', async () => {
    const { egress } = market({ bob: 1, carol: 2, dave: 3, erin: 9 }, { bob: 0, carol: 63, dave: 0, erin: 0 });
    const slabs = [...many(1, 'bob', 'carol', 'dave'), ...many(1, 'erin', 'dave', 'carol')];
    const error = await rejectsCoded(plan(egress, slabs), 'READS_UNFUNDED');
    const deals = [
      { deal: idOf('bob'), missing: 32n },
      { deal: idOf('carol'), missing: 65n },
      { deal: idOf('dave'), missing: 192n },
    ];
    expect(error.data).to.deep.equal({
      ...{ missing: 32n + 65n + 192n, deals },
      command: `holdfast deals deposit ${deals.map(({ deal }) => `${deal} 0.000001`).join(' ')} --reads`,
    });
  });

  it('is less what a till knows to be paid: tills are asked where it would be refused, and only then', async () => {
    const tills: DealId[] = [];
    const till = async (deal: DealId) => (tills.push(deal), { deal }) as never;
    const { egress } = market({ bob: 1, carol: 1 }, { bob: 0, carol: 99 });
    const paid = {
      estimate: async (...[deal, bytes, , at]: Parameters<Egress['estimate']>) =>
        at === undefined ? await egress.estimate(deal, bytes) : { cost: wei(0n), available: wei(0n) },
    } as Egress;
    const task = { k: 2, slabs: many(1, 'bob', 'carol'), without: new Set<DealId>() };
    const { costs } = await planReads({ egress: paid }, task, createPurse(), undefined, till);
    expect(tills).to.have.members([idOf('bob'), idOf('carol')]);
    expect(costs.get(idOf('bob'))).to.equal(0n);
    await planReads({ egress: paid }, { ...task, k: 1 }, createPurse(), undefined, till);
    expect(tills).to.have.length(2);
    const silent = () => Promise.reject(new Error('nobody answers'));
    await rejectsCoded(planReads({ egress: paid }, task, createPurse(), undefined, silent), 'READS_UNFUNDED');
  });

  it('counts nothing of deals that are not to be asked', async () => {
    const { asked, egress } = market({ bob: 1, carol: 2, dave: 3 });
    const { costs } = await plan(egress, many(2, 'bob', 'carol', 'dave'), 32 * 2 * (2 + 3), ['bob']);
    expect(asked).to.have.members([idOf('carol'), idOf('dave')]);
    expect(costs.has(idOf('bob'))).to.equal(false);
  });
});
