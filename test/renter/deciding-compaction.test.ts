import { expect } from 'chai';
import { period, wei, type DealId } from '../../node/core/units.js';
import {
  decideCompaction,
  type CompactionPlan,
  type CompactionSnapshot,
  type HoledSlab,
} from '../../node/renter/compaction/decide-compaction.js';
import { idOf } from './sample-deals.js';

const TOKEN = 10n ** 18n;
const holders = ['bob', 'carol', 'dave', 'erin'].map(idOf);
/** 2 of 4, shards of 4 MiB: 2^17 leaves, of which so many eighths are in use. */
const slab = (number: number, eighths: number, change: Partial<HoledSlab> = {}): HoledSlab => ({
  ...{ crate: 'c0', slab: number, k: 2, n: 4, leaves: 1 << 17, used: eighths << 14, shards: holders.map((deal) => ({ deal })) },
  ...change,
});
const dealsOf = (change: Partial<{ price: bigint; egressPrice: bigint; end: number }> = {}, ids: readonly DealId[] = holders) =>
  new Map(
    ids.map((id) => {
      const { price = 256n * TOKEN, egressPrice = 0n, end = 103 } = change;
      return [id, { price: wei(price), egressPrice: wei(egressPrice), end: period(end) }] as const;
    }),
  );
const plan = (slabs: readonly HoledSlab[], change: Partial<CompactionSnapshot> = {}): CompactionPlan =>
  decideCompaction({
    ...{ slabs, deals: dealsOf(), now: period(0), gas: wei(0n), mostBytes: 1 << 30, mostReading: wei(1_000n * TOKEN) },
    ...change,
  });
const moved = ({ move }: CompactionPlan): readonly number[] => move.map(({ slab: number }) => number);
const reasons = ({ wait }: CompactionPlan): Record<number, string> =>
  Object.fromEntries(wait.map(({ slab: one, reason }) => [one.slab, reason]));

describe('small files out of crates with holes', () => {
  it('move where the rent of the holes until the deals end is twice what that costs', () => {
    // A shard costs a token a period: half of it for 100 periods is saved four times, and half of it is paid for twice over two periods.
    const half = plan([slab(0, 4)]);
    expect(half).to.deep.include({ saved: 200n * TOKEN, cost: 4n * TOKEN, reading: 0n });
    expect(moved(half)).to.deep.equal([0]);
    expect(moved(plan([slab(0, 4)], { deals: dealsOf({ end: 7 }) })), 'four periods').to.deep.equal([0]);
    expect(reasons(plan([slab(0, 4)], { deals: dealsOf({ end: 6 }) })), 'three').to.deep.equal({ 0: 'not-worth' });
    expect(reasons(plan([slab(0, 4)], { deals: dealsOf({ end: 1 }) })), 'none').to.deep.equal({ 0: 'not-worth' });
    expect(reasons(plan([slab(0, 1)], { deals: dealsOf({ price: 0n }) })), 'for nothing').to.deep.equal({ 0: 'not-worth' });
  });

  it('stay where less than a quarter is unused, so that what just moved does not move again for little', () => {
    expect(moved(plan([slab(0, 6)]))).to.deep.equal([0]);
    expect(reasons(plan([slab(0, 7)]))).to.deep.equal({ 0: 'in-use' });
    expect(reasons(plan([slab(0, 6, { used: (6 << 14) + 1 })]))).to.deep.equal({ 0: 'in-use' });
  });

  it('are paid for by what they save: reading k shards, the cheapest, and a revision in and out of each deal', () => {
    const dear = (tokens: bigint) => ({ deals: dealsOf({ egressPrice: 256n * tokens * TOKEN }) });
    expect(plan([slab(0, 4)], dear(48n))).to.deep.include({ saved: 200n * TOKEN, reading: 96n * TOKEN, cost: 100n * TOKEN });
    expect(reasons(plan([slab(0, 4)], dear(49n)))).to.deep.equal({ 0: 'not-worth' });
    const deals = new Map([
      ...dealsOf({ egressPrice: 256n * 49n * TOKEN }),
      ...dealsOf({ egressPrice: 256n * 40n * TOKEN }, holders.slice(1, 3)),
    ]);
    expect(plan([slab(0, 4)], { deals })).to.deep.include({ reading: 80n * TOKEN, cost: 84n * TOKEN });
    expect(moved(plan([slab(0, 4)], { gas: wei(12n * TOKEN) })), '8 × 12 and 4').to.deep.equal([0]);
    expect(reasons(plan([slab(0, 4)], { gas: wei(13n * TOKEN) }))).to.deep.equal({ 0: 'not-worth' });
    expect(moved(plan([slab(0, 4), slab(1, 4)], { gas: wei(13n * TOKEN) })), 'together').to.deep.equal([0, 1]);
  });

  it('come first where each byte saves most, and wait where it is too much for once', () => {
    const most = (4 << 14) * 32 * 2;
    const picked = plan([slab(0, 4), slab(1, 2), slab(2, 1), slab(3, 3)], { mostBytes: most });
    expect(moved(picked)).to.deep.equal([2, 1]);
    expect(reasons(picked)).to.deep.equal({ 0: 'later', 3: 'later' });
    const reading = { deals: dealsOf({ egressPrice: 256n * TOKEN }), mostReading: wei(3n * TOKEN) };
    expect(moved(plan([slab(0, 4), slab(1, 2)], reading))).to.deep.equal([1]);
    expect(moved(plan([slab(0, 4), slab(1, 2)], { ...reading, mostReading: wei(4n * TOKEN) }))).to.deep.equal([1, 0]);
    expect(plan([slab(0, 4)], { ...reading, mostReading: wei(1n) }), 'nothing is in the budget').to.deep.include({
      move: [],
      saved: 0n,
      cost: 0n,
    });
  });

  it('move with others of the same k and n alone', () => {
    const picked = plan([slab(0, 1), slab(1, 2, { n: 5 }), slab(2, 2, { k: 1 }), slab(3, 2)]);
    expect(moved(picked)).to.deep.equal([0, 3]);
    expect(reasons(picked)).to.deep.equal({ 1: 'later', 2: 'later' });
  });

  it('wait for repair where a shard is lost', () => {
    expect(reasons(plan([slab(0, 1)], { deals: dealsOf({}, holders.slice(1)) }))).to.deep.equal({ 0: 'damaged' });
    expect(plan([])).to.deep.equal({ move: [], saved: 0n, cost: 0n, reading: 0n, wait: [] });
  });
});
