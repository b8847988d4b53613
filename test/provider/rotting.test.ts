import { expect } from 'chai';
import { showTokens } from '../../node/core/amount-text.js';
import { leaves, wei, type Hash } from '../../node/core/units.js';
import { defaultPolicy } from '../../node/provider/policy.js';
import { scrubRate } from '../../node/provider/keep/scrub.js';
import { createMemorySectors } from '../../node/storage/memory-sectors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { collect } from '../support/collect.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createProviderWorld, liveTo, settle, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const { signal } = new AbortController();
const letter = contentOf(bytesOf('a letter', 3200));
const photo = contentOf(bytesOf('a photo', 6400));

describe('Bob, whose disk rots,', () => {
  let world: ProviderWorld;
  let alice: TestRenter;
  /** Sectors of which the disk gives other bytes, until they are written again. */
  let rotten: Set<Hash>;
  /** Of which only the next reading goes wrong. */
  let flaky: Set<Hash>;
  let reads: number;

  beforeEach(async () => {
    [rotten, flaky] = [new Set(), new Set()];
    reads = 0;
    const disk = createMemorySectors();
    const store = Object.assign(Object.create(disk) as typeof disk, {
      read: async (root: Hash) => {
        reads += 1;
        const bytes = await disk.read(root);
        if (rotten.has(root) || flaky.delete(root)) bytes[0] = (bytes[0] ?? 0) ^ 1;
        return bytes;
      },
      put: async (...given: Parameters<typeof disk.put>) => {
        await disk.put(...given);
        rotten.delete(given[0].root);
      },
    });
    world = await createProviderWorld({ store });
    Object.assign(world.clock, { sleep: async () => undefined });
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
    await alice.put(world.provider.service, [letter, photo]);
    await liveTo(world.ledger, world.provider, 1, 20);
  });

  const alarms = () => world.log.lines.filter(({ level }) => level === 'alarm');
  const read = async () => alice.read(world.provider.service, letter.sector, 1);

  it('moves a rotten sector aside, and says whose it is and what giving up or waiting costs', async () => {
    rotten.add(letter.sector.root);
    expect((await world.provider.scrub(signal)).lost).to.deep.equal([letter.sector.root]);
    expect(await world.store.has(letter.sector.root)).to.equal(false);
    const [alarm, ...others] = alarms();
    expect(others).to.deep.equal([]);
    expect(alarm?.event).to.equal('sector-lost');
    const chain = await world.ownerChain.deal(alice.deal);
    const collateral = showTokens(wei((chain?.weight ?? 0n) * world.ledger.parameters.unit));
    expect(alarm?.facts).to.deep.include({ root: letter.sector.root, deals: [alice.deal] });
    expect(alarm?.facts['forfeiting']).to.equal(`${collateral} of collateral, if the deals are given up`);
    expect(alarm?.facts['waiting']).to.match(/^0\.\d+ HOLD of stake and rent/);
  });

  it('takes it again from its renter, counts it once, and serves and proves it', async () => {
    rotten.add(letter.sector.root);
    await world.provider.scrub(signal);
    const held = await world.journal.leavesHeld();
    await rejectsCoded(read(), 'SECTOR_MISSING');
    await alice.upload(world.provider.service, letter);
    expect(await world.journal.leavesHeld()).to.equal(held);
    expect(await collect(world.journal.pending())).to.deep.equal([]);
    expect((await read()).bytes).to.deep.equal(letter.bytes.slice(0, 32));
    expect((await world.provider.scrub(signal)).lost).to.deep.equal([]);
    await liveTo(world.ledger, world.provider, 4, 10);
    expect((await world.ownerChain.provider(world.address))?.lastProven).to.equal(4);
  });

  it('takes it again though he is full, since he has promised it', async () => {
    const full = await createProviderWorld({ policy: { capacity: leaves(300) }, store: world.store });
    const carol = await TestRenter.open({ ledger: full.ledger, provider: full.address, name: 'carol' });
    await carol.put(full.provider.service, [letter, photo]);
    await full.store.quarantine(letter.sector.root);
    await rejectsCoded(carol.upload(full.provider.service, contentOf(bytesOf('one leaf more', 32))), 'PROVIDER_FULL');
    await carol.upload(full.provider.service, letter);
    expect(await full.store.has(letter.sector.root)).to.equal(true);
    const longer = { ...letter.sector, leaves: leaves(128) };
    await full.store.quarantine(letter.sector.root);
    const admission = carol
      .authorization()
      .then((authorization) => full.provider.service.admitSector(carol.peer, authorization, longer, signal));
    await rejectsCoded(admission, 'SECTOR_CONFLICT');
  });

  it('signs nothing over it until it is here again, but lets it be taken out', async () => {
    rotten.add(letter.sector.root);
    await world.provider.scrub(signal);
    const film = contentOf(bytesOf('a film', 320));
    const refusal = await rejectsCoded(alice.put(world.provider.service, [film]), 'SECTOR_NOT_HELD');
    expect(refusal.data).to.deep.equal({ deal: alice.deal, root: letter.sector.root });
    await alice.sign(world.provider.service, await alice.request({ remove: [0], append: [film.sector] }));
    await alice.upload(world.provider.service, letter);
    await alice.put(world.provider.service, [letter]);
  });

  it('finds it when it is read or drawn, and alarms once however often that is', async () => {
    rotten.add(letter.sector.root);
    for (const code of ['SECTOR_ROTTEN', 'SECTOR_MISSING', 'SECTOR_MISSING'] as const) {
      await rejectsCoded(read(), code);
      await settle();
    }
    expect(alarms().map(({ event }) => event)).to.deep.equal(['sector-lost']);
    await alice.upload(world.provider.service, letter);
    await read();
  });

  it('keeps what only the first reading got wrong', async () => {
    flaky.add(letter.sector.root);
    await rejectsCoded(read(), 'SECTOR_ROTTEN');
    await settle();
    expect(alarms()).to.deep.equal([]);
    await read();
  });

  it('says with each pass what is still missing, in one alarm, and reads none of it', async () => {
    await world.store.delete(letter.sector.root);
    await world.store.delete(photo.sector.root);
    reads = 0;
    expect((await world.provider.scrub(signal)).lost).to.have.members([letter.sector.root, photo.sector.root]);
    expect(reads).to.equal(0);
    expect(alarms().map(({ event, facts }) => [event, facts['count']])).to.deep.equal([['sectors-missing', 2]]);
    await alice.upload(world.provider.service, letter);
    await world.provider.scrub(signal);
    expect(alarms().map(({ facts }) => facts['count'])).to.deep.equal([2, 1]);
  });
});

describe('the pace of a scrub', () => {
  it('passes every byte once in thirty days, and never slower than it may', () => {
    const days = (held: number): number => held / scrubRate(held, defaultPolicy) / 86_400;
    for (const terabytes of [3, 10, 100]) expect(days(terabytes * 1e12)).to.be.within(29.9, 30);
    expect(scrubRate(1e9, defaultPolicy)).to.equal(1 << 20);
    expect(scrubRate(10e12, { ...defaultPolicy, scrubDays: 10 })).to.be.within(11.5e6, 11.7e6);
  });
});
