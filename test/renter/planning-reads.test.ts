import { expect } from 'chai';
import { leaves, wei, type DealId } from '../../node/core/units.js';
import type { SlabRecord } from '../../node/ports/catalogue.js';
import { createPurse, type Egress } from '../../node/renter/download/egress.js';
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

  it('leaves out a deal that cannot pay, and names the cheapest where too few can, of one slab among many', async () => {
    const { egress } = market({ bob: 1, carol: 1, dave: 1, erin: 2 }, { dave: 31, erin: 0 });
    const left = await plan(egress, many(5, 'bob', 'carol', 'dave'));
    expect([...left.unpayable]).to.deep.equal([idOf('dave')]);
    const error = await rejectsCoded(plan(egress, [...many(5, 'bob', 'carol', 'dave'), slab('bob', 'erin', 'dave')]), 'EGRESS_UNFUNDED');
    expect(error.data).to.deep.equal({ deal: idOf('dave'), needed: 192n, available: 31n, missing: 161n });
  });

  it('counts nothing of deals that are not to be asked', async () => {
    const { asked, egress } = market({ bob: 1, carol: 2, dave: 3 });
    const { costs } = await plan(egress, many(2, 'bob', 'carol', 'dave'), 32 * 2 * (2 + 3), ['bob']);
    expect(asked).to.have.members([idOf('carol'), idOf('dave')]);
    expect(costs.has(idOf('bob'))).to.equal(false);
  });
});
