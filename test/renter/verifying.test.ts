import { expect } from 'chai';
import { leaves, period, wei, type Hash } from '../../node/core/units.js';
import type { ReadRequest } from '../../node/ports/link.js';
import type { Finding } from '../../node/renter/verify/finding.js';
import { samplePlaces, spansToRead, type PlaceSources, type RevisionNaming } from '../../node/renter/verify/sample-places.js';
import type { VerifyOptions, VerifyResult } from '../../node/renter/verify/verify-objects.js';
import { rejection } from '../support/coded-rejection.js';
import { collect } from '../support/collect.js';
import { shardsOf } from '../support/stored-slabs.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import { createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { dealAt, sectorOf } from './sample-deals.js';
import { contentsOf, filesOf, putAll } from './small-files.js';
import { letters } from './stored-letters.js';

const names = ['bob', 'carol', 'dave', 'erin'];

/** A world in which Alice has stored her letters, any two of four shards of which bring them back. */
const live = async (egressPrice = 0n): Promise<RenterWorld> => {
  const world = await createRenterWorld({ names, provider: () => ({ ask: { price: wei(2n * TOKEN), egressPrice: wei(egressPrice) } }) });
  await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 4, periods: 30 }));
  return world;
};

const verify = async (world: RenterWorld, options: Partial<VerifyOptions> = {}): Promise<VerifyResult> =>
  world.during(world.renter.verify({ objects: await collect(world.catalogue.objects()), ...options }));

/** What is asked of providers from now on. */
const watchReads = (world: RenterWorld): ReadRequest[] => {
  const asked: ReadRequest[] = [];
  for (const name of names)
    world.bend(name, ({ readLeaves }) => ({
      readLeaves: (peer, authorization, request, signal) => {
        asked.push(request);
        return readLeaves(peer, authorization, request, signal);
      },
    }));
  return asked;
};

const findings = (world: RenterWorld, { providers }: VerifyResult): Readonly<Record<string, unknown>> =>
  Object.fromEntries<unknown>(
    providers.map(({ provider, shards }) => [provider ? world.nameOf(provider) : 'nobody', Object.fromEntries(shards)]),
  );

const loseAt = async (world: RenterWorld, name: string): Promise<void> => {
  const { store } = world.providers.get(name)!;
  for await (const { root } of store.list()) await store.delete(root);
};

describe('Alice verifies what is stored', function () {
  this.timeout(60_000);

  it('by one leaf of each shard, against roots that the chain has, and sends the chain nothing', async () => {
    const world = await live();
    const sent = [...world.sent];
    const asked = watchReads(world);
    const result = await verify(world);
    expect(result).to.deep.include({ objects: 1, bytes: letters.length, shards: 4, wanting: [], egress: 0n });
    expect(findings(world, result)).to.deep.equal(Object.fromEntries(names.map((name) => [name, { held: 1 }])));
    expect(asked.map(({ count }) => count)).to.deep.equal([1, 1, 1, 1]);
    expect(world.sent).to.deep.equal(sent);
  });

  it('by so many leaves as she says, or by all', async () => {
    const world = await live();
    const asked = watchReads(world);
    await verify(world, { depth: 5 });
    expect(asked).to.have.length(20);
    asked.length = 0;
    await verify(world, { depth: 'all' });
    const sectors = await shardsOf(world.catalogue, await world.catalogue.object('letters'));
    expect(asked.map(({ count }) => count)).to.deep.equal(sectors.map(({ sector }) => sector.leaves));
  });

  it('and hears who lost a shard, who gives another, and who says nothing; the others are looked at all the same', async () => {
    const world = await live();
    await loseAt(world, 'bob');
    world.bend('carol', ({ readLeaves }) => ({
      readLeaves: async (...request) => {
        const range = await readLeaves(...request);
        return { ...range, bytes: range.bytes.map((byte) => byte ^ 1) };
      },
    }));
    world.silence('dave');
    const result = await verify(world);
    expect(findings(world, result)).to.deep.equal({ bob: { rotten: 1 }, carol: { wrong: 1 }, dave: { silent: 1 }, erin: { held: 1 } });
    expect(result.wanting.map(({ object, held }) => [object.name, held])).to.deep.equal([['letters', 1]]);
  });

  it('of small files by the sectors that they share, each asked once and only for what is theirs', async () => {
    const world = await createRenterWorld({ names });
    await world.during(putAll(world.renter, filesOf(contentsOf(...Array.from({ length: 20 }, (_, index) => 100 + index * 70)))));
    const [first] = await collect(world.catalogue.named('file 19'));
    const { within, shards } = (await world.catalogue.slab(first!.id, 0))!;
    const asked = watchReads(world);
    expect(await verify(world)).to.deep.include({ objects: 20, shards: shards.length, wanting: [] });
    expect(asked).to.have.length(shards.length);
    asked.length = 0;
    await verify(world, { objects: [first!], depth: 8 });
    expect(asked.every(({ from }) => from >= within!.from)).to.equal(true);
  });

  it('and pays for what is read, no more than she says', async () => {
    const world = await live(TOKEN);
    const { egress } = await verify(world, { depth: 'all' });
    expect(egress > 0n).to.equal(true);
    await rejection(verify(world, { depth: 'all', maxEgress: wei(egress / 8n) }), 'EGRESS_ABOVE_LIMIT');
  });

  it('from a catalogue that the chain is ahead of, whose roots it cannot vouch for', async () => {
    const world = await live();
    const [first] = await shardsOf(world.catalogue, await world.catalogue.object('letters'));
    const { catalogue } = world;
    const behind = world.another({ catalogue: { ...catalogue, tree: async () => undefined } });
    const result = await world.during(behind.verify({ objects: await collect(catalogue.objects()) }));
    expect(result.providers.map(({ shards }) => [...shards.keys()])).to.deep.equal(names.map(() => ['behind']));
    expect(result.wanting[0]?.held, `nothing is vouched for, ${first?.deal} neither`).to.equal(0);
  });
});

describe('what is found of a place', () => {
  const deal = dealAt('bob', { status: 'active', end: period(9), leaves: leaves(8) });
  const place = { deal: deal.id, sector: sectorOf('shard', 8), spans: [{ from: 0, count: 8 }] };
  const find = async (naming: RevisionNaming, change: Partial<PlaceSources> = {}): Promise<Finding | undefined> => {
    const sources: PlaceSources = {
      deals: new Map([[deal.id, deal]]),
      now: period(3),
      naming: async (_, root: Hash) => (root === place.sector.root ? naming : 'posted'),
      source: async () => {
        throw new Error('nobody is to be asked');
      },
      drop: () => undefined,
      limits: { rangeLeaves: 8, rangesInFlight: 1 },
      ...change,
    };
    return (await samplePlaces(sources, [place], 1))[0]?.finding;
  };

  it('is known without asking where nobody has to keep it, or no revision that counts names it', async () => {
    expect(await find('posted', { deals: new Map() })).to.equal('over');
    expect(await find('posted', { now: period(9) })).to.equal('over');
    expect(await find('posted', { deals: new Map([[deal.id, { ...deal, defaulted: { period: period(2), share: wei(0n) } }]]) })).to.equal(
      'over',
    );
    expect(await find('absent')).to.equal('unnamed');
    expect(await find('unknown')).to.equal('behind');
    expect(await find('posted'), 'and is asked for elsewhere').to.equal('silent');
  });

  it('is any leaf of it with the same chance, of all its parts', () => {
    const spans = [
      { from: 4, count: 2 },
      { from: 10, count: 3 },
    ];
    let next = 0;
    expect(spansToRead(spans, 5, () => next++).map(({ from, count }) => [from, count])).to.deep.equal(
      [4, 5, 10, 11, 12].map((at) => [at, 1]),
    );
    expect(spansToRead(spans, 'all')).to.equal(spans);
    const seen = new Set(spansToRead(spans, 400).map(({ from }) => from));
    expect([...seen].sort((a, b) => a - b)).to.deep.equal([4, 5, 10, 11, 12]);
  });
});
