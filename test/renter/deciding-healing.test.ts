import { expect } from 'chai';
import type { Deal } from '../../node/core/market/deal.js';
import { hash, leaves, period, wei } from '../../node/core/units.js';
import type { ObjectRecord, ShardPlacement, SlabRecord } from '../../node/ports/catalogue.js';
import {
  decideHealing,
  shardsLeft,
  slabName,
  type ClaimedSlab,
  type HealingPlan,
  type LostClaim,
  type LostShards,
} from '../../node/renter/repair/decide-healing.js';
import { mayReadFor, withRefusal } from '../../node/renter/repair/decide-patience.js';
import { isKept } from '../../node/renter/repair/lost-claims.js';
import { hashOf } from '../support/worlds/actors.js';
import { dealAt, idOf, sectorOf } from './sample-deals.js';

const holders = ['bob', 'carol', 'dave', 'erin'];

/** Two of four, the shard of each slab at each holder; a shard has four leaves, 128 bytes. */
const objectWith = (id: string, slabs: number): ObjectRecord & { readonly records: readonly SlabRecord[] } => ({
  id,
  name: id,
  bytes: 250 * slabs,
  sha256: hashOf(id),
  storedAt: 1,
  k: 2,
  n: 4,
  state: 'stored',
  slabs,
  records: Array.from({ length: slabs }, (_, slab) => ({
    length: 250,
    sha256: hashOf(`${id} ${slab}`),
    shards: holders.map((name, shard) => ({ shard, deal: idOf(name), sector: sectorOf(`${id} ${slab} ${name}`), attempt: 0 })),
  })),
});
const letters = objectWith('letters', 3);
const slabsIn = (records: readonly SlabRecord[]): ReadonlyMap<string, ClaimedSlab> =>
  new Map(records.map((record, slab) => [slabName({ owner: letters.id, slab }), { owner: letters, slab, record }]));
const slabs = slabsIn(letters.records);
const claim = (name: string, slab: number): LostClaim => ({
  deal: idOf(name),
  root: sectorOf(`letters ${slab} ${name}`).root,
  place: { owner: 'letters', slab, shard: holders.indexOf(name) },
});
const doubled = (shard: ShardPlacement): ShardPlacement => ({ ...shard, sector: { ...shard.sector, leaves: leaves(8) } });
const plenty = new Map(holders.map((name) => [idOf(name), 1_000]));
const decide = (claims: readonly LostClaim[], allowed = plenty) => decideHealing({ claims, slabs, allowed });
const told = (shards: readonly LostShards[]) => shards.map((one) => [one.slab, one.shards.map(({ shard }) => shard), shardsLeft(one)]);
const allTold = ({ heal, hopeless, later }: HealingPlan) => ({ heal: told(heal), hopeless: told(hopeless), later: told(later) });

describe('Whose loss is asked for', () => {
  it('is that of a provider that still has to keep something: of a deal with data, before its end, without a default', () => {
    const now = period(50);
    const kept = (change: Partial<Deal>): boolean => isKept(dealAt('bob', { status: 'active', end: period(51), ...change }), now);
    expect(kept({})).to.equal(true);
    for (const change of [
      { end: now },
      { status: 'empty' as const },
      { status: 'closed' as const },
      { defaulted: { share: wei(0n), period: now } },
    ])
      expect(kept(change), Object.keys(change).join()).to.equal(false);
  });
});

describe('What to make anew of what providers lost', () => {
  it('is nothing where nothing is claimed', () => {
    expect(decide([])).to.deep.equal({ heal: [], hopeless: [], later: [] });
  });

  it('is read once for all shards of a slab, the slab with the fewest to spare first', () => {
    expect(allTold(decide([claim('bob', 0), claim('bob', 1), claim('dave', 1)]))).to.deep.equal({
      heal: [
        [1, [0, 2], 2],
        [0, [0], 3],
      ],
      hopeless: [],
      later: [],
    });
  });

  it('is nothing of a slab with fewer than k shards left', () => {
    expect(allTold(decide([claim('bob', 0), claim('carol', 0), claim('dave', 0), claim('bob', 2)]))).to.deep.equal({
      heal: [[2, [0], 3]],
      hopeless: [[0, [0, 1, 2], 1]],
      later: [],
    });
  });

  it('is within what is allowed for a deal, to the byte, and what is put off is still not read', () => {
    const allowed = new Map([
      [idOf('bob'), 255],
      [idOf('carol'), 128],
    ]);
    const plan = decide([claim('bob', 0), claim('bob', 1), claim('carol', 1)], allowed);
    expect(allTold(plan)).to.deep.equal({ heal: [[1, [0, 1], 2]], hopeless: [], later: [[0, [0], 3]] });
    const tight = decide([claim('bob', 1), claim('carol', 1)], new Map([[idOf('carol'), 128]]));
    expect(allTold(tight)).to.deep.equal({ heal: [[1, [1], 2]], hopeless: [], later: [[1, [0], 2]] });
    expect(tight.heal[0]?.lost).to.have.length(2);
    const used = decide([claim('carol', 0), claim('carol', 1)], new Map([[idOf('carol'), 128]]));
    expect(allTold(used)).to.deep.equal({ heal: [[0, [1], 3]], hopeless: [], later: [[1, [1], 3]] });
  });

  it('takes nothing from what is allowed for a shard that is too large for it', () => {
    const records = letters.records.map((one, slab) => (slab === 0 ? { ...one, shards: one.shards.map(doubled) } : one));
    const allowed = new Map([[idOf('bob'), 160]]);
    const plan = decideHealing({
      claims: [claim('bob', 0), claim('bob', 1)],
      slabs: slabsIn(records),
      allowed,
    });
    expect(allTold(plan)).to.deep.equal({ heal: [[1, [0], 3]], hopeless: [], later: [[0, [0], 3]] });
  });

  it('takes nothing from what is allowed for a slab beyond help', () => {
    const hopeless = ['bob', 'carol', 'dave'].map((name) => claim(name, 0));
    const allowed = new Map([[idOf('bob'), 128]]);
    expect(told(decide([...hopeless, claim('bob', 1)], allowed).heal)).to.deep.equal([[1, [0], 3]]);
  });

  it('passes over a claim of what its object does not hold there', () => {
    const wrong = [
      { ...claim('bob', 0), deal: idOf('carol') },
      { ...claim('bob', 0), root: hash(`0x${'0'.repeat(64)}`) },
      { ...claim('bob', 0), place: { owner: 'letters', slab: 9, shard: 0 } },
      { ...claim('bob', 0), place: { owner: 'photos', slab: 0, shard: 0 } },
    ];
    expect(decide(wrong)).to.deep.equal({ heal: [], hopeless: [], later: [] });
  });
});

describe('A deal whose provider does not take what is made for it', () => {
  const [HOUR, MOST] = [3_600_000, 30 * 86_400_000];

  it('is read for again after an hour, two, four, and at last once in thirty days', () => {
    expect(mayReadFor(undefined, 0, MOST)).to.equal(true);
    for (const [times, wait] of [
      [1, HOUR],
      [2, 2 * HOUR],
      [3, 4 * HOUR],
      [10, 512 * HOUR],
      [11, MOST],
      [5_000, MOST],
    ] as const) {
      expect(mayReadFor({ times, at: 1_000 }, 1_000 + wait - 1, MOST), `${times}`).to.equal(false);
      expect(mayReadFor({ times, at: 1_000 }, 1_000 + wait, MOST), `${times}`).to.equal(true);
    }
  });

  it('is not kept waiting by a clock that was set back', () => {
    expect(mayReadFor({ times: 3, at: 1_000 }, 999, MOST)).to.equal(true);
    expect(mayReadFor({ times: 3, at: 1_000 }, 1_000, MOST)).to.equal(false);
  });

  it('is counted one up, and from the beginning after twice that time', () => {
    expect(withRefusal(undefined, 7, MOST)).to.deep.equal({ times: 1, at: 7 });
    expect(withRefusal({ times: 4, at: 7 }, 7 + 2 * MOST - 1, MOST)).to.deep.equal({ times: 5, at: 7 + 2 * MOST - 1 });
    expect(withRefusal({ times: 4, at: 7 }, 7 + 2 * MOST, MOST)).to.deep.equal({ times: 1, at: 7 + 2 * MOST });
  });
});
