import { expect } from 'chai';
import { createMemorySectors } from '../../node/storage/memory-sectors.js';
import { hash, wei, type DealId, type Hash } from '../../node/core/units.js';
import type { LostRange } from '../../node/ports/link.js';
import type { ShardPlacement } from '../../node/ports/catalogue.js';
import type { SectorStore } from '../../node/ports/sector-store.js';
import type { HealResult } from '../../node/renter/repair/heal.js';
import { bytesOf } from '../support/worlds/actors.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import {
  createRecordedSink,
  createRenterWorld,
  impatientClock,
  sourceOf,
  type Bend,
  type RenterWorld,
  type RenterWorldOptions,
} from '../support/worlds/renter-world.js';
import { letters } from './stored-letters.js';
import { shardsOf, slabsOf } from '../support/stored-slabs.js';

const { signal } = new AbortController();
const names = ['bob', 'carol', 'dave', 'erin'];

/** A disk on which sectors rot until they are written again. */
const createRottingDisk = () => {
  const disk = createMemorySectors();
  const rotten = new Set<Hash>();
  const written: Hash[] = [];
  const store: SectorStore = Object.assign(Object.create(disk) as SectorStore, {
    read: async (root: Hash) => {
      const bytes = await disk.read(root);
      if (rotten.has(root)) bytes[0] = (bytes[0] ?? 0) ^ 1;
      return bytes;
    },
    put: async (...given: Parameters<SectorStore['put']>) => {
      await disk.put(...given);
      rotten.delete(given[0].root);
      written.push(given[0].root);
    },
  });
  return { store, rotten, written };
};

describe('Alice, whose providers lose sectors,', () => {
  let disks: Map<string, ReturnType<typeof createRottingDisk>>;
  let world: RenterWorld;

  const live = async (options: Partial<RenterWorldOptions> = {}, egressPrice = 0n): Promise<void> => {
    disks = new Map(names.map((name) => [name, createRottingDisk()]));
    world = await createRenterWorld({
      names,
      provider: (name) => ({ ask: { price: wei(2n * TOKEN), egressPrice: wei(egressPrice) }, store: disks.get(name)!.store }),
      ...options,
    });
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 4, periods: 30 }));
  };
  const diskOf = (name: string) => disks.get(name)!;
  const placementAt = async (name: string): Promise<ShardPlacement> => {
    const [slab] = await slabsOf(world.catalogue, (await world.catalogue.object('letters'))!);
    const deals = await world.chain.deals(slab!.shards.map(({ deal }) => deal));
    return slab!.shards[deals.findIndex((deal) => deal?.provider === world.addressOf(name))]!;
  };
  /** The sector of `name` rots and its provider finds out. */
  const rot = async (name: string): Promise<ShardPlacement> => {
    const placement = await placementAt(name);
    diskOf(name).rotten.add(placement.sector.root);
    const { provider, clock } = world.providers.get(name)!;
    Object.assign(clock, { sleep: async () => undefined });
    await provider.scrub(signal);
    expect(await world.providers.get(name)!.store.has(placement.sector.root)).to.equal(false);
    return placement;
  };
  const heal = (options = {}): Promise<HealResult> => world.during(world.renter.heal(options));
  const fates = ({ healed, unhealed }: HealResult) => ({
    healed: healed.map(({ provider }) => world.nameOf(provider)),
    unhealed: unhealed.map(({ provider, reason }) => [world.nameOf(provider), reason]),
  });
  /** Reads the file from `from` alone. */
  const expectWholeFrom = async (...from: readonly string[]): Promise<void> => {
    for (const name of names) if (!from.includes(name)) world.silence(name);
    const sink = createRecordedSink();
    await world.during(world.renter.get({ object: 'letters', sink }));
    expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
  };

  it('sends nothing while nothing is lost', async () => {
    await live();
    const before = names.map((name) => diskOf(name).written.length);
    const result = await heal();
    expect(result).to.deep.include({ deals: 4, asked: 4, healed: [], unhealed: [], failures: [] });
    expect(names.map((name) => diskOf(name).written.length)).to.deep.equal(before);
  });

  it('makes a rotten sector anew, byte for byte, without a revision and without a transaction', async () => {
    await live();
    const { deal, sector } = await placementAt('bob');
    const bytes = await diskOf('bob').store.read(sector.root);
    await rot('bob');
    const sent = [...world.sent];
    const number = (await world.catalogue.deal(deal))?.current?.revision.number;
    const result = await heal();
    expect(fates(result)).to.deep.equal({ healed: ['bob'], unhealed: [] });
    expect(await diskOf('bob').store.read(sector.root)).to.deep.equal(bytes);
    expect(world.sent).to.deep.equal(sent);
    expect((await world.catalogue.deal(deal))?.current?.revision.number).to.equal(number);
    expect((await slabsOf(world.catalogue, (await world.catalogue.object('letters'))!))[0])
      .to.have.property('shards')
      .that.deep.includes(await placementAt('bob'));
    expect(world.metrics.value('holdfast_shards_healed_total')).to.equal(1);
    expect(fates(await heal())).to.deep.equal({ healed: [], unhealed: [] });
    await expectWholeFrom('bob', 'carol');
  });

  it('gets no revision signed over rot before it is healed, and one after', async () => {
    await live();
    const { deal } = await rot('bob');
    const photo = bytesOf('photo', 1_000);
    const options = { source: sourceOf(photo), k: 2, n: 4, periods: 30 };
    const error: unknown = await world.during(world.renter.put({ name: 'photo', ...options })).catch((reason: unknown) => reason);
    expect((error as Error).message).to.match(/SECTOR_NOT_HELD/);
    const before = (await world.catalogue.deal(deal))!.current!.revision.number;
    await heal();
    await world.during(world.renter.put({ name: 'photo', ...options }));
    expect((await world.catalogue.deal(deal))!.current!.revision.number > before).to.equal(true);
  });

  it('makes rot in two of n anew from one reading of what is left', async () => {
    await live();
    await rot('bob');
    await rot('carol');
    const read = world.metrics.value('holdfast_downloaded_bytes_total');
    const asked: string[] = [];
    for (const name of ['bob', 'carol'])
      world.bend(name, ({ readLeaves }) => ({ readLeaves: (...call) => (asked.push(name), readLeaves(...call)) }));
    expect(fates(await heal()).healed).to.have.members(['bob', 'carol']);
    const { sector } = await placementAt('bob');
    expect(world.metrics.value('holdfast_downloaded_bytes_total') - read).to.equal(2 * sector.leaves * 32);
    expect(asked).to.deep.equal([]);
    await expectWholeFrom('bob', 'carol');
  });

  it('is told what is beyond help, what is left and what its provider loses', async () => {
    await live();
    for (const name of ['bob', 'carol', 'dave']) await rot(name);
    const { unhealed, healed } = await heal();
    expect(healed).to.deep.equal([]);
    expect(unhealed.map(({ reason, left, needed, name }) => ({ reason, left, needed, name }))).to.deep.equal(
      Array.from({ length: 3 }, () => ({ reason: 'too-few', left: 1, needed: 2, name: 'letters' })),
    );
    for (const { deal, collateral } of unhealed) {
      const chain = await world.renter.deal(deal);
      expect(collateral).to.equal((chain?.weight ?? 0n) * world.ledger.parameters.unit);
      expect(collateral > 0n).to.equal(true);
    }
  });

  it('goes on where it was stopped', async () => {
    await live();
    await rot('bob');
    await rot('carol');
    const stop = new AbortController();
    const reason = new Error('stopped');
    world.bend('bob', () => ({
      admitSector: () => {
        stop.abort(reason);
        return new Promise(() => undefined);
      },
    }));
    const error: unknown = await heal({ signal: stop.signal }).catch((cause: unknown) => cause);
    expect(error).to.equal(reason);
    world.bend('bob');
    const { healed, unhealed } = fates(await heal());
    expect(unhealed).to.deep.equal([]);
    expect(healed).to.include('bob');
    await expectWholeFrom('bob', 'carol');
  });

  it('heals what she can when one provider does not answer and another refuses', async () => {
    await live();
    await rot('bob');
    world.silence('dave');
    const without = await heal();
    expect(fates(without)).to.deep.equal({ healed: ['bob'], unhealed: [] });
    expect(without).to.include({ deals: 4, asked: 3 });
    expect(without.failures.map(({ provider }) => world.nameOf(provider))).to.deep.equal(['dave']);
  });

  it('heals one though the other does not take what is sent, and says so', async () => {
    await live();
    await rot('bob');
    await rot('carol');
    world.bend('carol', () => ({ admitSector: () => Promise.reject(new Error('no')) }));
    const result = await heal();
    expect(fates(result)).to.deep.equal({ healed: ['bob'], unhealed: [['carol', 'refused']] });
    expect(result.unhealed[0]).to.include({ left: 2, needed: 2 });
    expect((result.unhealed[0]?.error as { code?: string }).code).to.equal('PEER_REFUSED');
  });

  it('goes round what her providers lost, a bounded part in each round, and past what is beyond help', async () => {
    await live({ limits: { healSectors: 1 } });
    for (const name of ['photo', 'film'])
      await world.during(world.renter.put({ name, source: sourceOf(bytesOf(name, 900)), k: 2, n: 4, periods: 30 }));
    for (const name of ['carol', 'dave']) await rot(name);
    const bob = world.providers.get('bob')!;
    for await (const { root } of bob.store.list()) await bob.store.delete(root);
    Object.assign(bob.clock, { sleep: async () => undefined });
    expect((await bob.provider.scrub(signal)).lost).to.have.length(3);

    const rounds: HealResult[] = [];
    for (let round = 0; round < 4; round++) rounds.push(await heal());
    const ofBob = rounds.map(({ healed, unhealed }) =>
      [...healed, ...unhealed].filter(({ provider }) => world.nameOf(provider) === 'bob').map(({ name }) => name),
    );
    expect(ofBob.slice(0, 3).map(({ length }) => length)).to.deep.equal([1, 1, 1]);
    expect(ofBob.slice(0, 3).flat()).to.have.members(['letters', 'photo', 'film']);
    expect(rounds.flatMap(({ healed }) => healed.map(({ name }) => name))).to.have.members(['photo', 'film']);
    expect(rounds[3]?.unhealed.map(({ reason }) => reason)).to.deep.equal(['too-few', 'too-few', 'too-few']);
  });

  it('goes once around, wherever the last round stopped', async () => {
    await live();
    const { deal } = await rot('bob');
    await world.catalogue.putHealing({ deal, after: hash(`0x${'ff'.repeat(32)}`), since: impatientClock.now(), bytes: 0 });
    expect(fates(await heal()).healed).to.deep.equal(['bob']);
  });

  it('waits for the others where too few of them answer, without counting it against who lost a sector', async () => {
    await live({ limits: { healSlack: 0 } });
    const { deal } = await rot('bob');
    for (const name of ['carol', 'dave', 'erin']) world.bend(name, () => ({ readLeaves: () => Promise.reject(new Error('later')) }));
    expect(fates(await heal())).to.deep.equal({ healed: [], unhealed: [['bob', 'unreadable']] });
    expect(await world.catalogue.healing(deal)).to.deep.include({ bytes: 0 });
    for (const name of ['carol', 'dave', 'erin']) world.bend(name);
    expect(fates(await heal())).to.deep.equal({ healed: ['bob'], unhealed: [] });
  });

  it('is told which files lie in a deal that ended before its time, until they are moved', async () => {
    await live();
    const { deal } = await placementAt('bob');
    world.silence('bob');
    await world.liveTo(world.ledger.period + world.ledger.parameters.maxMisses + 1, 25);
    const provider = world.addressOf('bob');
    await world.chain.submit({ kind: 'sync', provider });
    const lost = { deal, provider, shards: 1, names: ['letters'] };
    expect((await heal()).ended).to.deep.equal([{ ...lost, isClosed: false }]);
    await world.renter.closeDeal(deal);
    expect(await heal()).to.deep.include({ deals: 3, asked: 3, unhealed: [], ended: [{ ...lost, isClosed: true }] });
  });

  it('asks nobody for a deal that is over', async () => {
    await live();
    await rot('bob');
    await world.liveTo((await world.renter.deals())[0]!.deal.end, 1);
    expect(await heal()).to.deep.include({ deals: 0, asked: 0, healed: [] });
  });

  it('pays for reading what is left once, within the limit it is given', async () => {
    await live({}, 1000n * TOKEN);
    await rot('bob');
    await rot('carol');
    const refused = await heal({ maxEgress: wei(1n) });
    expect(fates(refused).healed).to.deep.equal([]);
    expect(refused.unhealed.map(({ reason, error }) => [reason, (error as { code?: string }).code])).to.deep.equal(
      Array.from({ length: 2 }, () => ['unreadable', 'EGRESS_ABOVE_LIMIT']),
    );
    expect(refused.egress).to.equal(0n);
    const { egress, healed } = await heal();
    expect(healed).to.have.length(2);
    const { sector } = await placementAt('bob');
    expect(egress > 0n && egress <= (2n * BigInt(sector.leaves * 32) * 1000n * TOKEN) / 2n ** 30n + 2n).to.equal(true);
    expect((await heal()).egress).to.equal(0n);
  });
});

describe('Mallory, who says that all is lost,', () => {
  let world: RenterWorld;
  let bent: Bend;
  const claimed: LostRange[] = [];
  let sentTo: number;
  const DAY = 86_400_000;

  const allShards = async (): Promise<readonly ShardPlacement[]> => {
    const objects = await Array.fromAsync(world.catalogue.objects());
    return (await Promise.all(objects.map((object) => shardsOf(world.catalogue, object)))).flat();
  };
  /** Sectors of Alice's objects in the deal. */
  const rootsIn = async (deal: DealId): Promise<readonly Hash[]> => {
    return (await allShards()).flatMap((shard) => (shard.deal === deal ? [shard.sector.root] : []));
  };

  const play = async (claim: (roots: readonly Hash[], range: LostRange) => readonly Hash[], limits = {}): Promise<void> => {
    claimed.length = 0;
    sentTo = 0;
    world = await createRenterWorld({ names, limits });
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 4, periods: 30 }));
    bent = (service) => ({
      lostSectors: async (_peer, { deal }, range) => {
        claimed.push(range);
        const named = claim(await rootsIn(deal), range).slice(0, range.most);
        return { roots: named, next: named.length === range.most ? named.at(-1) : undefined };
      },
      admitSector: async () => 'wanted',
      storeSector: async (...call) => {
        sentTo += call[3].length;
        await service.admitSector(call[0], call[1], call[2], call[4]);
      },
    });
    world.bend('bob', bent);
  };
  /** Leaves of the shard with that root. */
  const letterShard = (root: Hash, shards: readonly ShardPlacement[]): number =>
    shards.find(({ sector }) => sector.root === root)!.sector.leaves;
  const heal = () => world.during(world.renter.heal());

  it('is sent what the deal holds, and no more in thirty days, however often he says it', async () => {
    await play((roots) => roots, { healSlack: 0 });
    const [deal] = (await world.renter.deals()).filter(({ deal: { provider } }) => world.nameOf(provider) === 'bob');
    const held = deal!.deal.leaves * 32;
    const [sent, token] = [[...world.sent], (await world.chain.balances(world.chain.account)).token];
    const rounds: HealResult[] = [];
    for (let round = 0; round < 5; round++) rounds.push(await heal());
    expect(sentTo).to.equal(held);
    expect(rounds.map(({ healed }) => healed.length)).to.deep.equal([1, 0, 0, 0, 0]);
    expect(rounds.at(-1)?.unhealed.map(({ reason }) => reason)).to.deep.equal(['enough-lately']);
    expect(world.sent).to.deep.equal(sent);
    expect((await world.chain.balances(world.chain.account)).token).to.equal(token);

    const kept = (await world.catalogue.healing(deal!.deal.id))!;
    expect(kept).to.deep.include({ bytes: held });
    await world.catalogue.putHealing({ ...kept, since: kept.since - 30 * DAY });
    expect((await heal()).healed).to.have.length(1);
  });

  it('makes her look up a bounded number of sectors, whatever he names, and send none that is not in the deal', async () => {
    let made = 0;
    await play((_roots, { most }) => Array.from({ length: most }, () => `0x${(++made).toString(16).padStart(64, '0')}` as Hash));
    const result = await heal();
    expect(claimed.length).to.be.at.most(16);
    expect(result.unknown.size).to.equal(1);
    expect([...result.unknown.values()][0])
      .to.equal(made)
      .and.to.be.at.most(16 * 1_024);
    expect([sentTo, result.healed, result.unhealed]).to.deep.equal([0, [], []]);
  });

  it('gains nothing by naming sectors of another deal', async () => {
    const others = new Set<Hash>();
    await play(() => [...others].sort());
    for (const { deal } of await world.renter.deals()) for (const root of await rootsIn(deal.id)) others.add(root);
    const { healed, unknown } = await heal();
    expect(healed).to.have.length(1);
    expect([...unknown.values()]).to.deep.equal([3]);
  });

  const readSoFar = (): number => world.metrics.value('holdfast_downloaded_bytes_total');

  it('and refuses what is offered, makes her read nothing, however often he does', async () => {
    await play((roots) => roots);
    world.bend('bob', (service) => ({ ...bent(service), admitSector: () => Promise.reject(new Error('no')) }));
    const before = readSoFar();
    for (let round = 0; round < 3; round++) {
      const { healed, unhealed } = await heal();
      expect([healed, unhealed.map(({ reason }) => reason)]).to.deep.equal([[], ['refused']]);
    }
    expect(readSoFar() - before).to.equal(0);
    const [bobs] = (await world.renter.deals()).filter(({ deal: { provider } }) => world.nameOf(provider) === 'bob');
    expect((await world.catalogue.healing(bobs!.deal.id))?.bytes ?? 0).to.equal(0);
  });

  it('and refuses what he had asked for, makes her read one slab, and the next one only after an hour, then two', async () => {
    await play((roots) => [...roots].sort(), { slabsInFlight: 1, spareShards: 0 });
    world.bend('bob');
    await world.during(world.renter.put({ name: 'photo', source: sourceOf(letters), k: 2, n: 4, periods: 30 }));
    world.bend('bob', (service) => ({ ...bent(service), storeSector: () => Promise.reject(new Error('no')) }));
    const [bobs] = (await world.renter.deals()).filter(({ deal: { provider } }) => world.nameOf(provider) === 'bob');
    const deal = bobs!.deal.id;
    const [root] = await rootsIn(deal);
    const slab = 2 * letterShard(root!, await allShards()) * 32;
    const readInRound = async (): Promise<number> => {
      const before = readSoFar();
      expect((await heal()).unhealed.map(({ reason }) => reason)).to.deep.equal(['refused', 'refused']);
      return (readSoFar() - before) / slab;
    };
    const passes = async (milliseconds: number): Promise<void> => {
      const kept = (await world.catalogue.healing(deal))!;
      await world.catalogue.putHealing({ ...kept, refused: { ...kept.refused!, at: kept.refused!.at - milliseconds } });
    };
    const HOUR = DAY / 24;
    expect([await readInRound(), await readInRound()]).to.deep.equal([1, 0]);
    await passes(HOUR);
    expect([await readInRound(), await readInRound()]).to.deep.equal([1, 0]);
    await passes(HOUR);
    expect(await readInRound()).to.equal(0);
    await passes(HOUR);
    world.bend('bob', bent);
    expect((await heal()).healed).to.have.length(2);
    expect((await world.catalogue.healing(deal))?.refused).to.equal(undefined);
  });
});
